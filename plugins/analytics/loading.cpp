// From nothing to a desk that is ready: the newest snapshot that is whole, the alerts' documents, then every event
// since.

#include <algorithm>
#include <utility>

#include "analytics_plugin.hpp"

namespace tidegate::analytics {
namespace {

constexpr std::uint32_t kPage = 1000;
constexpr std::uint64_t kAgainMs = 1000;
constexpr std::uint64_t kCancelledMs = 50;
// A hook that loads gives way after this; what it has done stays.
constexpr std::int64_t kSliceNs = 1'000'000'000;

}  // namespace

void AnalyticsPlugin::load_soon(Desk& desk, std::uint64_t delay_ms) {
    if (!desk.loading.take()) return;
    const auto posted = tg::Exec::post_after(delay_ms, kStrand, kLoadTask, {});
    if (posted) return;
    desk.loading.give_back();
    tg::log::warn("loading waits for the next event or viewer: " + posted.text());
}

tg::Task<> AnalyticsPlugin::load(DeskRef desk) {
    desk->loading.take();
    tg_rc stopped = TG_OK;
    std::uint64_t again_ms = 0;
    try {
        if (desk->phase() == Desk::Phase::kCold) {
            const tg::Status begun = co_await begin_from_snapshot(desk);
            if (!begun.ok()) {
                tg::log::error("the metrics cannot be loaded: " + begun.text());
                again_ms = kAgainMs;
            } else {
                co_await read_alerts(desk);
            }
        }
        if (desk->phase() == Desk::Phase::kReplaying) {
            const bool is_whole = co_await replay(desk);
            if (is_whole) desk->finish_loading(tg::wall_ms());
        }
    } catch (const tg::Cancelled& ended) {
        stopped = ended.rc();
        again_ms = kCancelledMs;
    }
    desk->loading.give_back();
    if (desk->is_ready())
        start_clock(*desk);
    else
        load_soon(*desk, again_ms);
    if (stopped != TG_OK) throw tg::Cancelled(stopped);
}

tg::Task<tg::Status> AnalyticsPlugin::begin_from_snapshot(DeskRef desk) {
    auto places = co_await tg::Streams::read(kPlaceStream, 0, kPlacesKept);
    if (!places) co_return places.status();
    for (auto at = places->rbegin(); at != places->rend(); ++at) {
        const auto place = read_place(at->data());
        if (!place) continue;
        auto snapshot = co_await read_snapshot(*place);
        tg::Status begun = snapshot ? desk->begin(&*snapshot) : snapshot.status();
        if (begun.ok()) {
            desk->remember_place(*place);
            co_return begun;
        }
        if (snapshot.rc() != TG_E_NOT_FOUND && !snapshot) co_return begun;
        tg::log::warn("the snapshot of event " + std::to_string(place->sequence) + " is passed over: " + begun.text());
    }
    co_return desk->begin(nullptr);
}

tg::Task<tg::Result<Snapshot>> AnalyticsPlugin::read_snapshot(SnapshotPlace place) {
    Snapshot out;
    out.sequence = place.sequence;
    for (std::uint64_t position = place.first - 1; position < place.last;) {
        auto page = co_await tg::Streams::read(kSnapshotStream, position, kPage);
        if (!page) co_return page.status();
        if (page->empty()) co_return tg::not_found("its entries are gone");
        for (const tg::StreamEntry& entry : *page) {
            if (entry.position() > place.last) break;
            if (entry.position() != ++position) co_return tg::not_found("an entry of it is gone");
            (out.metrics.size() < place.metrics ? out.metrics : out.alerts).push_back(entry.data());
        }
        if (page->back().position() > place.last && position < place.last)
            co_return tg::not_found("an entry of it is gone");
    }
    co_return std::move(out);
}

// False: there is more to read.
tg::Task<bool> AnalyticsPlugin::replay(DeskRef desk) {
    const std::int64_t began_ns = tg::monotonic_ns();
    const std::uint64_t malformed = desk->malformed();
    bool is_whole = false;
    while (!is_whole && tg::monotonic_ns() - began_ns < kSliceNs) {
        const std::uint64_t after = desk->looked_to();
        auto page = co_await tg::Bus::read(after, kPage);
        if (!page) {
            tg::log::error("events cannot be read: " + page.text());
            break;
        }
        for (const tg::StoredEvent& event : page->events()) {
            const DomainEvent one{event.name(),  event.data(),   event.sequence(),
                                  event.at_ms(), event.doc_id(), event.actor()};
            if (desk->fold(one)) events_replayed_total_.add();
        }
        desk->look_on(page->up_to());
        is_whole = page->up_to() <= after;
    }
    events_malformed_total_.add(static_cast<double>(desk->malformed() - malformed));
    co_return is_whole;
}

// What is newer in the documents than here.
tg::Task<> AnalyticsPlugin::read_alerts(DeskRef desk) {
    const auto rules = desk->with_alerts([](const Alerts& alerts) { return alerts.rules(); });
    for (const std::string& rule : rules) {
        auto document = co_await tg::Docs::get(kAlertDocument, rule);
        if (!document) {
            if (document.rc() != TG_E_NOT_FOUND) tg::log::warn("alert of " + rule + ": " + document.text());
            continue;
        }
        if (document->revision() <= desk->alert_revision(rule)) continue;
        const std::string saved(document->json());
        const bool adopted = desk->with_alerts([&](Alerts& alerts) { return alerts.adopt(rule, saved); });
        if (!adopted) tg::log::warn("alert of " + rule + " is not in the form of one");
        desk->alert_kept(rule, document->revision());
    }
    co_await end_orphans(desk);
}

// Raised under rules that are no longer in the configuration: nobody judges them any more. The clock tells.
tg::Task<> AnalyticsPlugin::end_orphans(DeskRef desk) {
    const auto rules = desk->with_alerts([](const Alerts& alerts) { return alerts.rules(); });
    std::string after;
    do {
        tg::Query query{std::string(kAlertDocument)};
        query.after(after);
        auto listed = co_await tg::Docs::list(std::move(query));
        const auto page = listed ? read_alert_page(listed->view()) : std::nullopt;
        if (!page) {
            tg::log::warn("alerts without a rule stay for now: " + listed.text());
            co_return;
        }
        for (const AlertDocument& document : page->documents) {
            if (std::find(rules.begin(), rules.end(), document.rule) != rules.end()) continue;
            if (document.revision <= desk->alert_revision(document.rule)) continue;
            desk->alert_kept(document.rule, document.revision);
            auto ended = Alerts::end_orphan(document.rule, document.saved, tg::wall_ms());
            if (!ended) continue;
            Telling telling("alert.resolved", std::move(ended->change));
            telling.orphan = std::move(ended->saved);
            desk->tell_later(std::move(telling));
        }
        after = page->after;
    } while (!after.empty());
}

}  // namespace tidegate::analytics
