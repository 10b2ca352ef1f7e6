#include "session_places.hpp"

#include <algorithm>

namespace tidegate::collaboration {

std::vector<std::string> SessionPlaces::all() const {
    std::vector<std::string> out;
    const auto stored = session_.attribute(name_);
    std::string_view rest = stored ? std::string_view(*stored) : std::string_view();
    while (!rest.empty()) {
        const std::size_t space = rest.find(' ');
        out.emplace_back(rest.substr(0, space));
        rest = space == std::string_view::npos ? std::string_view() : rest.substr(space + 1);
    }
    return out;
}

bool SessionPlaces::has(std::string_view quote_id) const {
    const auto stored = session_.attribute(name_);
    return stored && stored->find(quote_id) != std::string::npos;
}

bool SessionPlaces::any_besides(std::string_view quote_id) const {
    const auto stored = session_.attribute(name_);
    return stored && !stored->empty() && std::string_view(*stored) != quote_id;
}

bool SessionPlaces::add(std::string_view quote_id) const {
    std::vector<std::string> ids = all();
    if (std::find(ids.begin(), ids.end(), quote_id) != ids.end()) return true;
    if (ids.size() == kMaxPlaces) return false;
    ids.emplace_back(quote_id);
    return store(ids);
}

void SessionPlaces::remove(std::string_view quote_id) const {
    std::vector<std::string> ids = all();
    std::erase(ids, quote_id);
    store(ids);
}

bool SessionPlaces::store(const std::vector<std::string>& ids) const {
    std::string text;
    for (const std::string& id : ids) text.append(text.empty() ? "" : " ").append(id);
    return session_.set_attribute(name_, text).ok();
}

}  // namespace tidegate::collaboration
