#include "tests/simulation/journal.hpp"

namespace tidegate::simulation {

Fate fate_of(const Request& request) {
    bool refused = false;
    // A message that was sent twice may be refused once and done once.
    bool unknown = request.answers.size() < request.sends;
    for (const Json& answer : request.answers) {
        const std::string type = answer.value("type", ""), code = answer.value("code", "");
        if (type == "field:updated" || type.starts_with("calculation:") || type == "quote:patched") return Fate::kDone;
        // The store may commit after it was given up waiting for.
        unknown |= type == "error" && (code == "unavailable" || code == "cancelled" || code == "internal");
        refused |= type == "field:rejected" || type == "error";
    }
    return refused && !unknown ? Fate::kRefused : Fate::kUnknown;
}

}  // namespace tidegate::simulation
