#pragma once

// Channel: events to everybody on a channel of the manifest's `channels` or `publishes`. An event is a JSON object
// whose `type` is of this plugin; the host adds `channel`, and `offset` when it is recorded: leave both out. co_await
// publish(…) gives the offset; publish_live(…) does not wait and needs no coroutine. [any-thread]

#include <tidegate/session.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tg {

class Publication {
public:
    Publication(std::string channel, std::string event) noexcept
        : channel_(std::move(channel)), event_(std::move(event)) {}

    // Numbered, kept and replayed; the channel's kind must allow it. Without: live.
    Publication& recorded() & { return recorded_ = true, *this; }
    Publication&& recorded() && { return std::move(recorded()); }
    // Of a live event: kBulk (default), or kEvents to keep its place before recorded ones.
    Publication& lane(Lane lane) & { return lane_ = lane, *this; }
    Publication&& lane(Lane lane_of) && { return std::move(lane(lane_of)); }
    // Live only: for a connection that is behind, a newer event replaces an unsent one of this key.
    Publication& conflate(std::string key) & { return conflate_key_ = std::move(key), *this; }
    Publication&& conflate(std::string key) && { return std::move(conflate(std::move(key))); }
    // This session gets `event` (with `ref` put in by you: Message::ref()) instead, subscribed or not. Empty: it gets
    // nothing.
    Publication& author(Session session, std::string event) & {
        author_ = session;
        author_event_ = std::move(event);
        return *this;
    }
    Publication&& author(Session session, std::string event) && { return std::move(author(session, std::move(event))); }

    // Live only: these get nothing.
    Publication& exclude(const std::vector<Session>& sessions) & {
        for (const Session session : sessions) excluded_.push_back(session.id());
        return *this;
    }
    Publication&& exclude(const std::vector<Session>& sessions) && { return std::move(exclude(sessions)); }

    // It points into this object.
    tg_publication raw() const noexcept {
        tg_publication out{};
        out.size = sizeof(out);
        out.flags = recorded_ ? std::uint32_t{TG_PUBLISH_RECORDED} : 0;
        out.channel = detail::str(channel_);
        out.event = detail::str(event_);
        out.lane = static_cast<std::uint32_t>(recorded_ ? Lane::kEvents : lane_);
        out.conflate_key = detail::str(conflate_key_);
        out.author = author_.id();
        out.author_event = detail::str(author_event_);
        out.excluded = excluded_.data();
        out.excluded_count = excluded_.size();
        return out;
    }

private:
    std::string channel_;
    std::string event_;
    std::string conflate_key_;
    std::string author_event_;
    std::vector<tg_session> excluded_;
    Session author_;
    Lane lane_ = Lane::kBulk;
    bool recorded_ = false;
};

namespace detail {

inline void ignore_completion(void*, const tg_result*) {}

// For who does not wait: what comes inline is reported, what comes later is not.
inline Status publish_and_forget(const tg_publication& publication) {
    if (!g_channel) return Status(TG_E_UNSUPPORTED, TG_EXT_CHANNEL);
    tg_result now = empty_result();
    const tg_rc rc =
        g_channel->publish(g_host, current_hook(), &publication, &now, tg_done{&ignore_completion, nullptr});
    if (rc == TG_PENDING) return Status();
    std::string error;
    if (rc < 0) error.assign(view(now.error));
    if (now.owner) g_host->buf_release(now.owner);
    return Status(rc, std::move(error));
}

class [[nodiscard(TG_AWAIT_IT)]] PublishOp : public Op<PublishOp, Result<std::uint64_t>> {
public:
    explicit PublishOp(Publication publication) noexcept : publication_(std::move(publication)) {}
    tg_rc start(tg_hook* hook, tg_result* now, tg_done done) noexcept {
        if (!g_channel) return absent(now, TG_EXT_CHANNEL);
        const tg_publication raw = publication_.raw();
        return g_channel->publish(g_host, hook, &raw, now, done);
    }
    Result<std::uint64_t> value(Outcome&& outcome) {
        if (outcome.rc < 0) return std::move(outcome).status();
        return outcome.number;
    }

private:
    Publication publication_;
};

}  // namespace detail

template <>
inline constexpr bool is_awaitable<detail::PublishOp> = true;

class Channel {
public:
    // Result<std::uint64_t>: the offset of a recorded event, 0 of a live one.
    static detail::PublishOp publish(Publication publication) { return detail::PublishOp(std::move(publication)); }

    // The texts are borrowed for the call only.
    static Status publish_live(std::string_view channel, std::string_view event, Lane lane = Lane::kBulk) {
        return publish_live(channel, event, Session(), std::string_view(), lane);
    }
    static Status publish_live(std::string_view channel, std::string_view event, Session author,
                               std::string_view author_event, Lane lane = Lane::kBulk) {
        tg_publication raw{};
        raw.size = sizeof(raw);
        raw.channel = detail::str(channel);
        raw.event = detail::str(event);
        raw.lane = static_cast<std::uint32_t>(lane);
        raw.author = author.id();
        raw.author_event = detail::str(author_event);
        return detail::publish_and_forget(raw);
    }
    static Status publish_live(const Publication& publication) { return detail::publish_and_forget(publication.raw()); }

    // How many sessions of this node are subscribed.
    static std::uint64_t subscribers(std::string_view channel) {
        if (!detail::g_channel) return 0;
        tg_result now = detail::empty_result();
        const tg_rc rc = detail::g_channel->subscribers(g_host, detail::current_hook(), detail::str(channel), &now);
        if (now.owner) g_host->buf_release(now.owner);
        return rc < 0 ? 0 : now.number;
    }
};

}  // namespace tg
