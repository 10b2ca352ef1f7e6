#include "plugin/event_pump.hpp"

#include "base/log.hpp"
#include "plugin/event_key.hpp"
#include "plugin/slot.hpp"

#include <tidegate/abi/host.h>

#include <algorithm>
#include <cstring>

namespace tidegate::plugin {

namespace {

constexpr std::uint32_t kPage = 256;
constexpr std::uint32_t kLookAhead = 1000;
constexpr std::uint64_t kFullMs = 10;
constexpr std::uint64_t kReadAgainMs = 1000;

std::size_t bytes_of(const StoredEvent& event) {
    return event.name.size() + event.data.size() + event.actor.size() + event.key.type.size() + event.key.id.size();
}

// At most `most`, and more than one only while they are small.
std::size_t how_many(const std::list<StoredEvent>& events, std::size_t most) {
    std::size_t count = 0;
    std::size_t bytes = 0;
    for (auto event = events.begin(); event != events.end() && count < most; ++event, ++count) {
        bytes += bytes_of(*event);
        if (count > 0 && bytes > EventPump::kTogetherBytes) break;
    }
    return count;
}

// The first `count` of a lane. Their texts follow each other in one buffer.
routing::Invocation events_call(const std::list<StoredEvent>& events, std::size_t count, const std::string& tenant,
                                const std::string& key) {
    routing::Invocation call;
    call.kind = routing::InvocationKind::kEvent;
    call.key = key;
    call.tenant = tenant;
    std::size_t bytes = key.size();
    auto event = events.begin();
    for (std::size_t n = 0; n < count; ++n, ++event) bytes += bytes_of(*event);
    call.buffer = Buffer::make(bytes);
    std::size_t at = 0;
    const auto keep = [&](std::string_view text) {
        if (!text.empty()) std::memcpy(call.buffer->data() + at, text.data(), text.size());
        const auto kept = call.buffer->view().substr(at, text.size());
        at += text.size();
        return kept;
    };
    const auto kept_key = keep(key);
    call.events.reserve(count);
    event = events.begin();
    for (std::size_t n = 0; n < count; ++n, ++event)
        call.events.push_back({kept_key, keep(event->name), keep(event->data), keep(event->actor),
                               keep(event->key.type), keep(event->key.id), event->sequence, event->revision,
                               event->at_ms});
    return call;
}

void rise_to(std::atomic<std::uint64_t>& value, std::uint64_t to) {
    auto now = value.load(std::memory_order_relaxed);
    while (now < to && !value.compare_exchange_weak(now, to, std::memory_order_relaxed)) continue;
}

}  // namespace

Result<void> EventPump::open(const std::vector<EventWish>& wishes) {
    if (opened_ || wishes.empty()) return {};
    auto& services = slot_.engine().services;
    const std::string reader(slot_.id());
    // Where it began, for a reader of everything that also has wishes for what comes from then on.
    const auto began_reader = reader + "/now";
    auto cursor = services.documents.load_cursor(reader);
    if (!cursor) return cursor.error();
    auto began = services.documents.load_cursor(began_reader);
    if (!began) return began.error();
    const std::lock_guard lock(mutex_);
    if (*cursor) {
        saved_ = cursor_ = read_to_ = **cursor;
        began_at_ = began->value_or(0);
    } else {
        const auto last = services.documents.last_event();
        if (!last) return last.error();
        began_at_ = *last;
        const auto from_start = [](const EventWish& wish) { return wish.from_start; };
        const bool any = std::any_of(wishes.begin(), wishes.end(), from_start);
        cursor_ = read_to_ = any ? 0 : *last;
        saved_ = cursor_;
        const auto ignore = [](const Result<void>&) {};
        if (any && !std::all_of(wishes.begin(), wishes.end(), from_start))
            services.documents.save_cursor(began_reader, began_at_, ignore);
        // At once: what comes while the host is down comes after this.
        services.documents.save_cursor(reader, cursor_, ignore);
    }
    lag_->newest = lag_->cursor = cursor_;
    services.metrics.gauge("tidegate_plugin_events_lag", "Domain events between a plugin's cursor and the newest",
                           [lag = lag_] {
                               const auto behind = lag->cursor.load();
                               return static_cast<double>(std::max(lag->newest.load(), behind) - behind);
                           },
                           {{"plugin", reader}});
    opened_ = true;
    return {};
}

void EventPump::serve(const std::vector<EventWish>& wishes, std::size_t together) {
    if (auto opened = open(wishes); !opened)
        log_for_plugin(TG_LOG_ERROR, slot_.id(), "gets no events: " + opened.error().text);
    if (!opened_) return;
    Calls calls;
    {
        const std::lock_guard lock(mutex_);
        wishes_ = wishes;
        together_ = together;
        serving_ = true;
        for (auto at = lanes_.begin(); at != lanes_.end(); ++at)
            if (at->second.step == Lane::Step::kWaiting) start(at, calls);
    }
    dispatch(std::move(calls));
    wake();
}

void EventPump::pause() {
    const std::lock_guard lock(mutex_);
    serving_ = false;
}

// By way of a timer, because whoever wakes it may be inside the store, or on a strand.
void EventPump::wake() {
    if (!opened_ || woken_.exchange(true)) return;
    auto& engine = slot_.engine();
    engine.timers.run_after_ms(engine.events_gather_ms, [this] {
        woken_ = false;
        read();
    });
}

void EventPump::read() {
    std::uint64_t after = 0;
    bool reads = false;
    {
        const std::lock_guard lock(mutex_);
        if (reading_) {
            again_ = true;
            return;
        }
        if (serving_ && !is_full()) {
            reads = reading_ = true;
            again_ = false;
            after = read_to_;
        }
    }
    if (!reads) return look_ahead();
    auto& engine = slot_.engine();
    auto now = engine.services.documents.read_events(
        after, kPage, [this, alive = engine.shared_from_this()](Result<Page> page) { take(std::move(page)); });
    if (now) take(std::move(*now));
}

void EventPump::take(Result<Page> page) {
    Calls calls;
    bool more = false;
    {
        const std::lock_guard lock(mutex_);
        reading_ = false;
        if (page) {
            if (!page->empty()) rise_to(lag_->newest, page->back().sequence);
            std::vector<LaneAt> idle;
            for (auto event = page->begin(); serving_ && event != page->end() && !is_full(); ++event)
                admit(*event, idle);
            for (const auto at : idle) start(at, calls);
            more = again_ || page->size() == kPage;
            move_cursor();
        }
    }
    if (!page) {
        log_for_plugin(TG_LOG_ERROR, slot_.id(), "its events cannot be read: " + page.error().text);
        slot_.engine().timers.run_after_ms(kReadAgainMs, [this] { wake(); });
    }
    dispatch(std::move(calls));
    if (more) wake();
}

// Only for the metric: how much comes while nothing can be taken.
void EventPump::look_ahead() {
    if (looking_.exchange(true)) return;
    slot_.engine().timers.run_after_ms(kReadAgainMs, [this] {
        auto& engine = slot_.engine();
        const auto noted = [this, alive = engine.shared_from_this()](const Result<Page>& page) {
            looking_ = false;
            if (!page || page->empty()) return;
            rise_to(lag_->newest, page->back().sequence);
            if (page->size() == kLookAhead) look_ahead();
        };
        const auto now = engine.services.documents.read_events(lag_->newest, kLookAhead, noted);
        if (now) noted(*now);
    });
}

void EventPump::admit(StoredEvent& event, std::vector<LaneAt>& idle) {
    read_to_ = event.sequence;
    const auto wish = std::find_if(wishes_.begin(), wishes_.end(), [&](const EventWish& one) {
        return one.matches(event.name) && (one.from_start || event.sequence > began_at_);
    });
    if (wish == wishes_.end()) return;
    unfinished_.insert(event.sequence);
    const auto at = lanes_.try_emplace({event.key.tenant, event_key(wish->key, event)}).first;
    auto& events = at->second.events;
    events.push_back(std::move(event));
    if (events.size() == 1) idle.push_back(at);
}

void EventPump::start(LaneAt at, Calls& calls) {
    auto& [key, lane] = *at;
    lane.step = Lane::Step::kInFlight;
    lane.in_flight = how_many(lane.events, lane.one_by_one == 0 ? together_ : 1);
    auto call = events_call(lane.events, lane.in_flight, key.first, key.second);
    call.on_end = [this, at](const routing::HookEnd& end) { ended(at, end); };
    calls.emplace_back(at, std::move(call));
}

void EventPump::dispatch(Calls calls) {
    for (auto& [at, call] : calls) {
        if (slot_.dispatch(std::move(call)) == routing::Dispatched::kAccepted) continue;
        const std::lock_guard lock(mutex_);
        delay(at, kFullMs);
    }
}

void EventPump::ended(LaneAt at, const routing::HookEnd& end) {
    Calls calls;
    bool has_room = false;
    {
        const std::lock_guard lock(mutex_);
        Lane& lane = at->second;
        const bool was_full = is_full();
        if (!end) {
            slot_.metrics().events_delivered.add(lane.in_flight);
            finish(at, lane.in_flight, calls);
        } else if (!slot_.current()) {
            lane.step = Lane::Step::kWaiting;  // not its fault: nobody was there to take it
        } else {
            failed(at, *end, calls);
        }
        has_room = was_full && !is_full();
    }
    dispatch(std::move(calls));
    if (has_room) wake();
}

void EventPump::failed(LaneAt at, const Error& why, Calls& calls) {
    Lane& lane = at->second;
    auto& metrics = slot_.metrics();
    if (lane.in_flight > 1) {
        lane.one_by_one = lane.in_flight;
        // Gathered for a generation that took them together, and met by one that does not.
        if (together_ == 1) return start(at, calls);
        metrics.events_retried.add(lane.in_flight);
        return delay(at, kFirstDelayMs);
    }
    if (++lane.attempts < kAttempts) {
        metrics.events_retried.add();
        return delay(at, std::min(kFirstDelayMs << (lane.attempts - 1), kLongestDelayMs));
    }
    metrics.events_given_up.add();
    const auto& event = lane.events.front();
    log_for_plugin(TG_LOG_ERROR, slot_.id(),
                   "gave up the event " + std::to_string(event.sequence) + " (" + event.name + ") after " +
                       std::to_string(kAttempts) + " attempts: " + why.text);
    finish(at, 1, calls);
}

void EventPump::delay(LaneAt at, std::uint64_t ms) {
    at->second.step = Lane::Step::kDelayed;
    slot_.engine().timers.run_after_ms(ms, [this, at] { try_again(at); });
}

void EventPump::try_again(LaneAt at) {
    Calls calls;
    {
        const std::lock_guard lock(mutex_);
        if (serving_)
            start(at, calls);
        else
            at->second.step = Lane::Step::kWaiting;
    }
    dispatch(std::move(calls));
}

void EventPump::finish(LaneAt at, std::size_t count, Calls& calls) {
    Lane& lane = at->second;
    for (; count > 0; --count) {
        unfinished_.erase(lane.events.front().sequence);
        lane.events.pop_front();
    }
    if (lane.one_by_one > 0) --lane.one_by_one;
    lane.attempts = 0;
    if (lane.events.empty())
        lanes_.erase(at);
    else if (serving_)
        start(at, calls);
    else
        lane.step = Lane::Step::kWaiting;
    move_cursor();
}

void EventPump::move_cursor() {
    cursor_ = unfinished_.empty() ? read_to_ : *unfinished_.begin() - 1;
    lag_->cursor = cursor_;
    rise_to(lag_->newest, cursor_);
    if (cursor_ == saved_ || saving_ || std::exchange(save_is_due_, true)) return;
    slot_.engine().timers.run_after_ms(kSaveMs, [this] { save(); });
}

void EventPump::save() {
    std::uint64_t sequence = 0;
    {
        const std::lock_guard lock(mutex_);
        save_is_due_ = false;
        if (saving_ || cursor_ == saved_) return;
        saving_ = true;
        sequence = cursor_;
    }
    auto& engine = slot_.engine();
    const auto now = engine.services.documents.save_cursor(
        std::string(slot_.id()), sequence,
        [this, sequence, alive = engine.shared_from_this()](const Result<void>& outcome) { saved(sequence, outcome); });
    if (now) saved(sequence, *now);
}

void EventPump::saved(std::uint64_t sequence, const Result<void>& outcome) {
    const std::lock_guard lock(mutex_);
    saving_ = false;
    if (outcome)
        saved_ = sequence;
    else
        log_for_plugin(TG_LOG_ERROR, slot_.id(), "its place among the events is not kept: " + outcome.error().text);
    move_cursor();
}

void EventPump::save_now() {
    std::uint64_t sequence = 0;
    {
        const std::lock_guard lock(mutex_);
        if (!opened_ || cursor_ == saved_) return;
        saved_ = sequence = cursor_;
    }
    slot_.engine().services.documents.save_cursor(std::string(slot_.id()), sequence, [](const Result<void>&) {});
}

}  // namespace tidegate::plugin
