#include "plugin/docs_json.hpp"

#include "base/time_text.hpp"
#include "protocol/json_text.hpp"

#include <string>

namespace tidegate::plugin {

using protocol::json_quoted;

PortValue encode(const PatchOutcome& outcome) {
    std::string text;
    text.reserve(64);
    text.append(R"({"revision":)").append(std::to_string(outcome.revision));
    text.append(outcome.replayed ? R"(,"replayed":true})" : R"(,"replayed":false})");
    return {Buffer::copy_of(text), outcome.revision};
}

PortValue encode(const Document& document) { return {Buffer::copy_of(document.data), document.revision}; }

PortValue encode(const DocumentPart& part) { return {Buffer::copy_of(part.value), part.revision}; }

PortValue encode(const Page& page) {
    std::string text = R"({"items":[)";
    for (const auto& item : page.items) {
        if (text.back() != '[') text += ',';
        text += R"({"id":)" + json_quoted(item.id) + R"(,"revision":)" + std::to_string(item.revision) + R"(,"data":)" +
                item.data + R"(,"updated_at":")" + iso8601_utc(item.updated_ms) + R"(","updated_by":)" +
                json_quoted(item.updated_by) + "}";
    }
    text += R"(],"after":)" + (page.next.empty() ? "null" : json_quoted(page.next)) + "}";
    return {Buffer::copy_of(text), page.items.size()};
}

PortValue encode(const std::vector<DocumentVersion>& versions) {
    std::string text = R"({"items":[)";
    for (const auto& version : versions) {
        if (text.back() != '[') text += ',';
        text += R"({"revision":)" + std::to_string(version.revision) + R"(,"actor":)" + json_quoted(version.actor) +
                R"(,"at":")" + iso8601_utc(version.at_ms) + '"';
        if (!version.note.empty()) text += R"(,"note":)" + version.note;
        text += R"(,"ops":)" + version.ops + "}";
    }
    return {Buffer::copy_of(text + "]}"), versions.size()};
}

}  // namespace tidegate::plugin
