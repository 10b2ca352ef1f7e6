#include "snapshot.hpp"

#include <charconv>
#include <numeric>
#include <tidegate/json/reader.hpp>
#include <tidegate/json/writer.hpp>

namespace tidegate::analytics {
namespace {

bool read_count(tg::json::Reader& in, std::uint64_t& out) {
    std::string_view text;
    if (!in.number(text)) return false;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::string write_place(const SnapshotPlace& place) {
    tg::json::Writer out;
    out.begin_object().member("sequence", place.sequence).member("first", place.first).member("last", place.last);
    out.member("metrics", place.metrics).member("alerts", place.alerts).member("bytes", place.bytes);
    return out.end_object().take();
}

std::optional<SnapshotPlace> read_place(std::string_view json) {
    SnapshotPlace out;
    std::uint64_t other = 0;
    std::string_view key;
    tg::json::Reader in(json);
    if (!in.enter_object()) return std::nullopt;
    while (in.next_member(key)) {
        std::uint64_t& to = key == "sequence"  ? out.sequence
                            : key == "first"   ? out.first
                            : key == "last"    ? out.last
                            : key == "metrics" ? out.metrics
                            : key == "alerts"  ? out.alerts
                            : key == "bytes"   ? out.bytes
                                               : other;
        if (!read_count(in, to)) return std::nullopt;
    }
    if (!in.finish() || !out.is_whole()) return std::nullopt;
    return out;
}

std::uint64_t Snapshot::bytes() const {
    const auto add = [](std::uint64_t sum, const std::string& text) { return sum + text.size(); };
    return std::accumulate(alerts.begin(), alerts.end(),
                           std::accumulate(metrics.begin(), metrics.end(), std::uint64_t{0}, add), add);
}

}  // namespace tidegate::analytics
