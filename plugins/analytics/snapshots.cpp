// Keeping the whole state now and then, so that a start has little to read.

#include <utility>

#include "analytics_plugin.hpp"

namespace tidegate::analytics {
namespace {

constexpr std::size_t kEntriesAtOnce = 128;

}  // namespace

void AnalyticsPlugin::snapshot_soon(Desk& desk) {
    if (!desk.snapshotting.take()) return;
    if (!tg::Exec::post(kStrand, kSnapshotTask, {}).ok()) desk.snapshotting.give_back();
}

// On the strand of the events: none comes between what is saved and where it is said to end.
tg::Task<> AnalyticsPlugin::take_snapshot(DeskRef desk) {
    tg_rc stopped = TG_OK;
    try {
        if (desk->is_ready()) {
            const std::int64_t began_ns = tg::monotonic_ns();
            const auto snapshot = std::make_shared<const Snapshot>(desk->snapshot());
            const SnapshotPlace old = desk->last_place();
            auto place = co_await append(snapshot);
            if (place) {
                desk->snapshot_taken(*snapshot, *place, tg::wall_ms());
                snapshots_total_.add();
                snapshot_bytes_total_.add(static_cast<double>(place->bytes));
                snapshot_us_.observe(static_cast<double>(tg::monotonic_ns() - began_ns) / 1000);
                // The one before stays, in case the newest cannot be read.
                const std::uint64_t up_to = old.first > 0 ? old.first - 1 : place->first - 1;
                if (up_to > 0) {
                    auto trimmed = co_await tg::Streams::trim(kSnapshotStream, up_to);
                    if (!trimmed) tg::log::warn("old snapshots are not trimmed: " + trimmed.text());
                }
            } else {
                tg::log::error("the snapshot is not kept: " + place.text());
            }
        }
    } catch (const tg::Cancelled& ended) {
        stopped = ended.rc();
    }
    desk->snapshotting.give_back();
    if (stopped != TG_OK) throw tg::Cancelled(stopped);
}

tg::Task<tg::Result<SnapshotPlace>> AnalyticsPlugin::append(std::shared_ptr<const Snapshot> snapshot) {
    SnapshotPlace place;
    place.sequence = snapshot->sequence;
    place.metrics = snapshot->metrics.size();
    place.alerts = snapshot->alerts.size();
    place.bytes = snapshot->bytes();
    for (std::size_t at = 0; at < snapshot->size();) {
        tg::StreamAppend entries{std::string(kSnapshotStream)};
        for (std::size_t n = 0; n < kEntriesAtOnce && at < snapshot->size(); ++n, ++at)
            entries.entry(snapshot->entry(at));
        auto appended = co_await tg::Streams::append(std::move(entries));
        if (!appended) co_return appended.status();
        if (place.first == 0) place.first = appended->first();
        place.last = appended->last();
    }
    if (!place.is_whole()) co_return tg::internal("somebody else wrote between its entries");
    tg::StreamAppend named{std::string(kPlaceStream)};
    named.entry(write_place(place)).max_entries(kPlacesKept);
    auto kept = co_await tg::Streams::append(std::move(named));
    if (!kept) co_return kept.status();
    co_return std::move(place);
}

}  // namespace tidegate::analytics
