#pragma once

// What the socket hooks get: Message, Open, Close, Subscribe; TaskMessage, what the plugin posted to itself; and Event,
// a domain event, and Events, several. Move-only, by value into a coroutine hook (then it keeps the host's buffer), by
// const& into a plain one (then it borrows). Lifetimes: payload, type and id of a Message (payload of a TaskMessage,
// all texts of an Event) live as long as the object; every other text, the principal and reply/fail until the hook
// ends. [strand], or [loop] for inline routes

#include <tidegate/principal.hpp>
#include <tidegate/session.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tg {

namespace detail {

// One counted reference, or none when borrowed.
class Hold {
public:
    Hold() noexcept = default;
    explicit Hold(tg_buf* owner) noexcept : owner_(owner) {
        if (owner_) g_host->buf_retain(owner_);
    }
    Hold(Hold&& from) noexcept : owner_(std::exchange(from.owner_, nullptr)) {}
    Hold& operator=(Hold&& from) noexcept {
        std::swap(owner_, from.owner_);
        return *this;
    }
    ~Hold() {
        if (owner_) g_host->buf_release(owner_);
    }

private:
    tg_buf* owner_ = nullptr;
};

enum class Keep { kBorrow, kRetain };

inline std::string_view find_pair(const tg_pair* pairs, std::size_t count, std::string_view name) noexcept {
    for (std::size_t i = 0; i < count; ++i)
        if (view(pairs[i].name) == name) return view(pairs[i].value);
    return {};
}

}  // namespace detail

class Message {
public:
    using Raw = tg_message;
    Message(const tg_message& raw, tg_hook* hook, detail::Keep keep) noexcept
        : raw_(detail::copy_struct(&raw)), hook_(hook) {
        if (keep == detail::Keep::kRetain) hold_ = detail::Hold(raw_.owner);
    }
    Message(Message&&) noexcept = default;

    std::string_view payload() const& noexcept { return detail::view(raw_.payload); }
    std::string_view payload() && = delete;
    std::string_view type() const& noexcept { return detail::view(raw_.type); }
    std::string_view type() && = delete;
    // The JSON token as sent, quotes included; empty when the message has none.
    std::string_view id() const& noexcept { return detail::view(raw_.id); }
    std::string_view id() && = delete;
    // The message's channel, else the endpoint's default.
    std::string_view channel() const& noexcept { return detail::view(raw_.channel); }
    std::string_view client_id() const& noexcept { return detail::view(raw_.client_id); }
    Session session() const noexcept { return Session(raw_.session); }
    Principal principal() const noexcept { return Principal(raw_.principal); }

    // The same for all of one tenant, and for nobody else: part of the key of whatever a plugin keeps in memory.
    std::uint64_t scope() const noexcept { return raw_.scope; }

    // `,"ref":<id>`, or nothing when the message has no id: for a push that answers after the hook ended, and author
    // copies.
    std::string ref() const {
        std::string fragment;
        if (raw_.id.len != 0) fragment.append(",\"ref\":").append(id());
        return fragment;
    }

    // The final answer, once: a JSON object whose `type` is of this plugin. The host adds `ref`.
    Status reply(std::string_view object) const {
        if (!detail::g_session) return Status(TG_E_UNSUPPORTED, TG_EXT_SESSION);
        return Status(detail::g_session->reply(g_host, hook_, detail::str(object)));
    }
    // The final answer, once, as a coded error. `code` is a row of the protocol's codes; `fields` a JSON object whose
    // members are added, or empty.
    Status fail(std::string_view code, std::string_view text, std::string_view fields = std::string_view()) const {
        if (!detail::g_session) return Status(TG_E_UNSUPPORTED, TG_EXT_SESSION);
        return Status(
            detail::g_session->fail(g_host, hook_, detail::str(code), detail::str(text), detail::str(fields)));
    }
    Status fail(const Status& why) const { return fail(code_name(why.rc()), why.text()); }

    // A second, retained one: what a plain hook takes to keep the bytes.
    Message share() const noexcept { return Message(raw_, hook_, detail::Keep::kRetain); }

private:
    tg_message raw_;
    tg_hook* hook_;
    detail::Hold hold_;
};

class Open {
public:
    using Raw = tg_open;
    Open(const tg_open& raw, tg_hook*, detail::Keep) noexcept : raw_(detail::copy_struct(&raw)) {}
    Open(Open&&) noexcept = default;

    // This plugin owns the endpoint: its refusal closes the connection (forbidden 4003, else 4011).
    bool owner() const noexcept { return (raw_.flags & TG_OPEN_OWNER) != 0; }
    Session session() const noexcept { return Session(raw_.session); }
    std::string_view client_id() const& noexcept { return detail::view(raw_.client_id); }
    std::string_view connection_type() const& noexcept { return detail::view(raw_.connection_type); }
    std::string_view path() const& noexcept { return detail::view(raw_.path); }
    std::string_view channel() const& noexcept { return detail::view(raw_.channel); }
    // Empty when absent.
    std::string_view param(std::string_view name) const& noexcept {
        return detail::find_pair(raw_.params, raw_.param_count, name);
    }
    std::string_view query(std::string_view name) const& noexcept {
        return detail::find_pair(raw_.query, raw_.query_count, name);
    }
    Principal principal() const noexcept { return Principal(raw_.principal); }

    std::uint64_t scope() const noexcept { return raw_.scope; }

private:
    tg_open raw_;
};

class Close {
public:
    using Raw = tg_close;
    Close(const tg_close& raw, tg_hook*, detail::Keep) noexcept : raw_(detail::copy_struct(&raw)) {}
    Close(Close&&) noexcept = default;

    std::uint32_t code() const noexcept { return raw_.code; }
    Session session() const noexcept { return Session(raw_.session); }
    std::string_view client_id() const& noexcept { return detail::view(raw_.client_id); }
    std::string_view channel() const& noexcept { return detail::view(raw_.channel); }
    Principal principal() const noexcept { return Principal(raw_.principal); }

    std::uint64_t scope() const noexcept { return raw_.scope; }

private:
    tg_close raw_;
};

class Subscribe {
public:
    using Raw = tg_subscribe;
    Subscribe(const tg_subscribe& raw, tg_hook*, detail::Keep) noexcept : raw_(detail::copy_struct(&raw)) {}
    Subscribe(Subscribe&&) noexcept = default;

    // The principal of a standing subscription changed.
    bool recheck() const noexcept { return (raw_.flags & TG_SUBSCRIBE_RECHECK) != 0; }
    Session session() const noexcept { return Session(raw_.session); }
    std::string_view channel() const& noexcept { return detail::view(raw_.channel); }
    Principal principal() const noexcept { return Principal(raw_.principal); }

    std::uint64_t scope() const noexcept { return raw_.scope; }

private:
    tg_subscribe raw_;
};

// What Exec::post and post_after sent; possibly by an earlier generation of this plugin.
class TaskMessage {
public:
    using Raw = tg_task;
    TaskMessage(const tg_task& raw, tg_hook*, detail::Keep keep) noexcept : raw_(detail::copy_struct(&raw)) {
        if (keep == detail::Keep::kRetain) hold_ = detail::Hold(raw_.owner);
    }
    TaskMessage(TaskMessage&&) noexcept = default;

    std::string_view key() const& noexcept { return detail::view(raw_.key); }
    std::string_view name() const& noexcept { return detail::view(raw_.name); }
    std::string_view payload() const& noexcept { return detail::view(raw_.payload); }
    std::string_view payload() && = delete;

    std::uint64_t scope() const noexcept { return raw_.scope; }

private:
    tg_task raw_;
    detail::Hold hold_;
};

// A domain event that the manifest's `events` asks for: in commit order per key, at least once. A hook that ends well
// is not told again; any other end brings the same again after a growing delay, and the key's later events wait.
// [strand]
class Event {
public:
    using Raw = tg_event;
    Event(const tg_event& raw, tg_hook*, detail::Keep keep) noexcept : raw_(detail::copy_struct(&raw)) {
        if (keep == detail::Keep::kRetain) hold_ = detail::Hold(raw_.owner);
    }
    Event(Event&&) noexcept = default;

    // The strand's, from the manifest's template.
    std::string_view key() const& noexcept { return detail::view(raw_.key); }
    std::string_view key() && = delete;
    std::string_view name() const& noexcept { return detail::view(raw_.name); }
    std::string_view name() && = delete;
    // JSON text, as the patch gave it.
    std::string_view data() const& noexcept { return detail::view(raw_.data); }
    std::string_view data() && = delete;
    // Of the patch.
    std::string_view actor() const& noexcept { return detail::view(raw_.actor); }
    std::string_view actor() && = delete;
    // The document whose patch carried it, and its revision.
    std::string_view doc_type() const& noexcept { return detail::view(raw_.doc_type); }
    std::string_view doc_type() && = delete;
    std::string_view doc_id() const& noexcept { return detail::view(raw_.doc_id); }
    std::string_view doc_id() && = delete;
    std::uint64_t revision() const noexcept { return raw_.revision; }
    // Rises in commit order over all documents.
    std::uint64_t sequence() const noexcept { return raw_.sequence; }
    // Of the commit; wall clock.
    std::int64_t at_ms() const noexcept { return raw_.at_ms; }

    std::uint64_t scope() const noexcept { return raw_.scope; }

private:
    tg_event raw_;
    detail::Hold hold_;
};

// Events of one key together, in commit order, at least one: for a plugin to which an event is so little work that a
// hook each would be most of it. One deadline for all. A hook that ends well is told none of them again; any other end
// brings all of them again, those too that were seen to, one by one. An Event& of it lives as long as it. [strand]
class Events {
public:
    using Raw = tg_events;
    Events(const tg_events& raw, tg_hook* hook, detail::Keep keep) : scope_(raw.events[0]->scope) {
        all_.reserve(raw.count);
        for (std::uint32_t n = 0; n < raw.count; ++n) all_.emplace_back(*raw.events[n], hook, keep);
    }
    Events(Events&&) noexcept = default;

    std::vector<Event>::const_iterator begin() const& noexcept { return all_.begin(); }
    std::vector<Event>::const_iterator begin() && = delete;
    std::vector<Event>::const_iterator end() const& noexcept { return all_.end(); }
    std::vector<Event>::const_iterator end() && = delete;
    std::size_t size() const noexcept { return all_.size(); }
    // Of one tenant, all of them.
    std::uint64_t scope() const noexcept { return scope_; }

private:
    std::vector<Event> all_;
    std::uint64_t scope_;
};

}  // namespace tg
