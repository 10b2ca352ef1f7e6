#include "tests/simulation/quote_replica.hpp"

#include <algorithm>
#include <utility>

namespace tidegate::simulation {

namespace {

std::string_view take_segment(std::string_view& path) {
    const auto name = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(name.size() + 1, path.size()));
    return name;
}

bool has_id(const Json& element, std::string_view id) {
    if (!element.is_object() || !element.contains("id")) return false;
    const Json& own = element["id"];
    return (own.is_string() ? own.get<std::string>() : own.dump()) == id;
}

// A member, or the element with that id; null when there is none.
Json* child(Json& whole, std::string_view name) {
    if (whole.is_object()) {
        const auto found = whole.find(std::string(name));
        return found == whole.end() ? nullptr : &*found;
    }
    if (!whole.is_array()) return nullptr;
    const auto found = std::find_if(whole.begin(), whole.end(), [&](const Json& one) { return has_id(one, name); });
    return found == whole.end() ? nullptr : &*found;
}

void erase(Json& whole, std::string_view name) {
    if (whole.is_object()) whole.erase(std::string(name));
    if (!whole.is_array()) return;
    for (auto at = whole.begin(); at != whole.end(); ++at)
        if (has_id(*at, name)) {
            whole.erase(at);
            return;
        }
}

bool merges_by_id(const Json& stored, const Json& patch) {
    const auto all_have_ids = [](const Json& list) {
        return list.is_array() && !list.empty() && std::all_of(list.begin(), list.end(), [](const Json& one) {
                   return one.is_object() && one.contains("id");
               });
    };
    return all_have_ids(stored) && all_have_ids(patch);
}

// RFC 7396, and arrays of objects with ids by those.
void merge(Json& whole, const Json& patch) {
    if (merges_by_id(whole, patch)) {
        for (const Json& one : patch) {
            const std::string id = one["id"].is_string() ? one["id"].get<std::string>() : one["id"].dump();
            Json* stored = child(whole, id);
            if (!stored) stored = &whole.emplace_back(Json::object());
            merge(*stored, one);
        }
        return;
    }
    if (!patch.is_object()) {
        whole = patch;
        return;
    }
    if (!whole.is_object()) whole = Json::object();
    for (const auto& [name, value] : patch.items()) {
        if (value.is_null())
            whole.erase(name);
        else
            merge(whole[name], value);
    }
}

}  // namespace

bool set_at(Json& whole, std::string_view path, const Json& value) {
    Json* at = &whole;
    for (;;) {
        const auto name = take_segment(path);
        if (value.is_null() && path.empty()) {
            erase(*at, name);
            return true;
        }
        Json* below = child(*at, name);
        if (!below) {
            if (value.is_null()) return true;
            if (at->is_array() && path.empty()) {
                at->push_back(value);
                return true;
            }
            if (!at->is_object()) return false;
            below = &((*at)[std::string(name)] = Json::object());
        }
        if (path.empty()) {
            *below = value;
            return true;
        }
        at = below;
    }
}

const Json* value_at(const Json& whole, std::string_view path) {
    const Json* at = &whole;
    while (at && !path.empty()) at = child(const_cast<Json&>(*at), take_segment(path));
    return at;
}

void QuoteReplica::take(const Json& message) {
    const std::string type = message.value("type", "");
    if (message.value("channel", channel_) != channel_) return;
    if (type == "channel:subscribed") {
        subscribed_ = true;
        offset_ = message.value("offset", std::uint64_t{0});
    } else if (type == "session:joined") {
        join(message);
    } else if (message.contains("offset")) {
        take_recorded(message);
    }
}

void QuoteReplica::join(const Json& message) {
    const Json& quote = message["quote"];
    joined_ = true;
    data_ = quote["quote_data"];
    snapshot_ = revision_ = quote["revision"];
    if (message["revision"] != quote["revision"]) problems_.push_back("two revisions in " + message.dump());
    for (const Json& event : std::exchange(early_, {})) apply(event);
}

void QuoteReplica::take_recorded(const Json& event) {
    const std::uint64_t offset = event["offset"];
    if (!subscribed_) problems_.push_back("an event before the subscription: " + event.dump());
    if (offset != offset_ + 1)
        problems_.push_back("offset " + std::to_string(offset) + " after " + std::to_string(offset_) + ": " +
                            event.dump());
    offset_ = offset;
    if (joined_)
        apply(event);
    else
        early_.push_back(event);
}

void QuoteReplica::apply(const Json& event) {
    const std::string type = event.value("type", "");
    if (type != "field:updated" && type != "quote:patched") return;
    const std::uint64_t revision = event["revision"];
    if (revision < told_) problems_.push_back("revision goes back from " + std::to_string(told_) + ": " + event.dump());
    told_ = revision;
    if (revision <= snapshot_) return;
    revision_ = revision;
    if (type == "quote:patched")
        merge(data_, event["quote_data"]);
    else if (!set_at(data_, event["field"].get<std::string>(), event["value"]))
        problems_.push_back("cannot be applied: " + event.dump());
}

}  // namespace tidegate::simulation
