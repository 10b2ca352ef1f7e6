#include "preferences.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace tidegate::notification {
namespace {

using tg::json::Kind;
using tg::json::Reader;
using tg::json::Writer;

constexpr int kDayMin = 24 * 60;
constexpr std::size_t kTopics = 100;
constexpr std::size_t kTopicBytes = 128;

std::optional<int> minute_of(std::string_view text) {
    const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9' ? text[at] - '0' : -1000; };
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    const int hour = digit(0) * 10 + digit(1);
    const int minute = digit(3) * 10 + digit(4);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return std::nullopt;
    return hour * 60 + minute;
}

std::string text_of(int minute) {
    std::string out = "00:00";
    out[0] = static_cast<char>('0' + minute / 600);
    out[1] = static_cast<char>('0' + minute / 60 % 10);
    out[3] = static_cast<char>('0' + minute % 60 / 10);
    out[4] = static_cast<char>('0' + minute % 10);
    return out;
}

std::string read_quiet(Reader& in, QuietHours& out) {
    if (in.peek() == Kind::kNull) {
        in.null();
        return {};
    }
    std::string_view key;
    std::optional<int> from;
    std::optional<int> to;
    if (!in.enter_object()) return "quiet_hours: must be an object or null";
    while (in.next_member(key)) {
        const std::string name(key);
        std::string text;
        if (!in.string(text)) return "quiet_hours." + name + ": must be a text";
        if (name == "from") {
            from = minute_of(text);
        } else if (name == "to") {
            to = minute_of(text);
        } else if (name == "zone") {
            out.zone_name = text;
        } else {
            return "quiet_hours." + name + ": is not known";
        }
    }
    if (!from || !to || *from == *to) return "quiet_hours: from and to must be two times HH:MM";
    auto zone = time_zone::Zone::named(out.zone_name);
    if (zone.ok()) out.zone = std::make_shared<const time_zone::Zone>(*std::move(zone));
    if (!out.zone) return "quiet_hours.zone: there is no such time zone";
    out.from_min = *from;
    out.to_min = *to;
    return {};
}

std::string read_topics(Reader& in, std::vector<std::string>& out) {
    if (!in.enter_array()) return "muted_topics: must be a list of texts";
    while (in.next_element()) {
        std::string topic;
        if (!in.string(topic)) return "muted_topics: must be a list of texts";
        if (topic.empty() || topic.size() > kTopicBytes) return "muted_topics: a topic is of 1 to 128 bytes";
        out.push_back(std::move(topic));
        if (out.size() > kTopics) return "muted_topics: must be at most 100";
    }
    return {};
}

std::string read_member(Reader& in, const std::string& name, Preferences& out) {
    if (name == "quiet_hours") return read_quiet(in, out.quiet);
    if (name == "muted_topics") return read_topics(in, out.muted_topics);
    if (name != "min_level") return name + ": is not known";
    std::string word;
    in.string(word);
    const auto level = level_of(word);
    if (!level) return "min_level: must be info, success, warning, error or critical";
    out.min_level = *level;
    return {};
}

}  // namespace

std::int64_t QuietHours::end_of(std::int64_t at_ms) const {
    if (!zone) return 0;
    const std::int64_t at_s = at_ms / 1000;
    const std::int64_t local_s = at_s + zone->offset_s(at_s * 1000);
    const auto second_of_day = static_cast<int>((local_s % 86'400 + 86'400) % 86'400);
    const int minute = second_of_day / 60;
    const bool over_midnight = from_min > to_min;
    const bool quiet = over_midnight ? minute >= from_min || minute < to_min : minute >= from_min && minute < to_min;
    if (!quiet) return 0;
    const int left_min = (to_min - minute + kDayMin) % kDayMin;
    const std::int64_t end_local_s = local_s - second_of_day % 60 + std::int64_t{left_min} * 60;
    // The offset may change during the night: the one at the end counts.
    std::int64_t end_s = end_local_s - zone->offset_s(at_s * 1000);
    end_s = end_local_s - zone->offset_s(end_s * 1000);
    return std::max(end_s * 1000, at_ms + 1);
}

std::int64_t Preferences::held_until(const Notice& notice, std::int64_t at_ms) const {
    if (notice.level == Level::kCritical) return 0;
    if (notice.level < min_level) return kNever;
    const bool muted = !notice.topic.empty() &&
                       std::find(muted_topics.begin(), muted_topics.end(), notice.topic) != muted_topics.end();
    return muted ? kNever : quiet.end_of(at_ms);
}

std::string Preferences::json() const {
    Writer out;
    out.begin_object().member("min_level", word_of(min_level)).key("muted_topics").begin_array();
    for (const std::string& topic : muted_topics) out.value(topic);
    out.end_array().key("quiet_hours");
    if (!quiet.zone) return out.null().end_object().take();
    out.begin_object().member("from", text_of(quiet.from_min)).member("to", text_of(quiet.to_min));
    return out.member("zone", quiet.zone_name).end_object().end_object().take();
}

std::variant<Preferences, std::string> read_preferences(std::string_view json) {
    Reader in(json);
    Preferences out;
    std::string_view key;
    if (!in.enter_object()) return std::string("preferences: must be an object");
    while (in.next_member(key)) {
        if (std::string why = read_member(in, std::string(key), out); !why.empty()) return why;
    }
    if (!in.finish()) return "preferences: " + std::string(in.error());
    return out;
}

}  // namespace tidegate::notification
