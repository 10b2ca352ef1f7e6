#pragma once

// Bus: the domain events, in commit order: those that patches carried and those that were emitted. What the manifest's
// `events` asks for comes as on_event; here is what was before, for a plugin that keeps its own place in the stream;
// and a way to tell of what no patch belongs to. Awaited in a hook [strand]; values own their texts [any-thread].

#include <tidegate/detail/answer_json.hpp>
#include <tidegate/detail/op.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tg {

class StoredEvent {
public:
    StoredEvent(std::uint64_t sequence, std::string name, std::string data, std::string actor, std::string doc_type,
                std::string doc_id, std::uint64_t revision, std::int64_t at_ms) noexcept
        : sequence_(sequence),
          name_(std::move(name)),
          data_(std::move(data)),
          actor_(std::move(actor)),
          doc_type_(std::move(doc_type)),
          doc_id_(std::move(doc_id)),
          revision_(revision),
          at_ms_(at_ms) {}

    std::uint64_t sequence() const noexcept { return sequence_; }
    const std::string& name() const& noexcept { return name_; }
    std::string name() && noexcept { return std::move(name_); }
    // JSON text, as the patch gave it.
    const std::string& data() const& noexcept { return data_; }
    std::string data() && noexcept { return std::move(data_); }
    const std::string& actor() const& noexcept { return actor_; }
    std::string actor() && noexcept { return std::move(actor_); }
    const std::string& doc_type() const& noexcept { return doc_type_; }
    std::string doc_type() && noexcept { return std::move(doc_type_); }
    const std::string& doc_id() const& noexcept { return doc_id_; }
    std::string doc_id() && noexcept { return std::move(doc_id_); }
    // 0: it was emitted, not of a patch.
    std::uint64_t revision() const noexcept { return revision_; }
    std::int64_t at_ms() const noexcept { return at_ms_; }

private:
    std::uint64_t sequence_;
    std::string name_;
    std::string data_;
    std::string actor_;
    std::string doc_type_;
    std::string doc_id_;
    std::uint64_t revision_;
    std::int64_t at_ms_;
};

class BusPage {
public:
    BusPage(std::vector<StoredEvent> events, std::uint64_t up_to) noexcept
        : events_(std::move(events)), up_to_(up_to) {}

    const std::vector<StoredEvent>& events() const& noexcept { return events_; }
    std::vector<StoredEvent> events() && noexcept { return std::move(events_); }
    // The stream was looked through up to here: read on from it until it stays.
    std::uint64_t up_to() const noexcept { return up_to_; }

private:
    std::vector<StoredEvent> events_;
    std::uint64_t up_to_;
};

// A domain event that belongs to no patch. What a patch makes true, its own event tells.
class Emission {
public:
    // `json`: an object of at most 64 KiB.
    Emission(std::string name, std::string json) noexcept : name_(std::move(name)), json_(std::move(json)) {}

    // What it is about; the document need not exist.
    Emission& doc(std::string type, std::string id) & {
        doc_type_ = std::move(type);
        doc_id_ = std::move(id);
        return *this;
    }
    Emission&& doc(std::string type, std::string id) && { return std::move(doc(std::move(type), std::move(id))); }
    Emission& actor(std::string sub) & { return actor_ = std::move(sub), *this; }
    Emission&& actor(std::string sub) && { return std::move(actor(std::move(sub))); }
    // Once: a key seen of this plugin, document and name within 10 minutes answers with the first one's sequence.
    Emission& idempotency_key(std::string key) & { return idempotency_key_ = std::move(key), *this; }
    Emission&& idempotency_key(std::string key) && { return std::move(idempotency_key(std::move(key))); }

    // As the ABI wants it, as long as this lives.
    tg_emission raw() const noexcept {
        tg_emission out{};
        out.size = sizeof(out);
        out.name = detail::str(name_);
        out.data = detail::str(json_);
        out.doc_type = detail::str(doc_type_);
        out.doc_id = detail::str(doc_id_);
        out.actor = detail::str(actor_);
        out.idempotency_key = detail::str(idempotency_key_);
        return out;
    }

private:
    std::string name_;
    std::string json_;
    std::string doc_type_;
    std::string doc_id_;
    std::string actor_;
    std::string idempotency_key_;
};

namespace detail {

inline bool read_stored_event(json::Reader& reader, std::vector<StoredEvent>& out) {
    std::uint64_t sequence = 0;
    std::string name;
    std::string data;
    std::string actor;
    std::string doc_type;
    std::string doc_id;
    std::uint64_t revision = 0;
    std::int64_t at_ms = 0;
    if (!read_object(reader, count_member("sequence", sequence), text_member("name", name), raw_member("data", data),
                     text_member("actor", actor), text_member("doc_type", doc_type), text_member("doc_id", doc_id),
                     count_member("revision", revision), integer_member("at_ms", at_ms)))
        return false;
    out.emplace_back(sequence, std::move(name), std::move(data), std::move(actor), std::move(doc_type),
                     std::move(doc_id), revision, at_ms);
    return true;
}

class [[nodiscard(TG_AWAIT_IT)]] ReadBusOp : public Op<ReadBusOp, Result<BusPage>> {
public:
    ReadBusOp(std::uint64_t after_sequence, std::uint32_t limit) noexcept
        : after_sequence_(after_sequence), limit_(limit) {}
    tg_rc start(tg_hook* hook, tg_result* now, tg_done done) noexcept {
        if (!g_bus) return absent(now, TG_EXT_BUS);
        return g_bus->read(g_host, hook, after_sequence_, limit_, now, done);
    }
    Result<BusPage> value(Outcome&& outcome) {
        if (outcome.rc < 0) return std::move(outcome).status();
        std::vector<StoredEvent> events;
        const auto event = [&events](json::Reader& reader) { return read_stored_event(reader, events); };
        if (!read_answer(outcome.bytes.view(), array_member("events", event))) return malformed("Bus::read");
        return BusPage(std::move(events), outcome.number);
    }

private:
    std::uint64_t after_sequence_;
    std::uint32_t limit_;
};

class [[nodiscard(TG_AWAIT_IT)]] EmitOp : public Op<EmitOp, Result<std::uint64_t>> {
public:
    explicit EmitOp(Emission emission) noexcept : emission_(std::move(emission)) {}
    tg_rc start(tg_hook* hook, tg_result* now, tg_done done) noexcept {
        if (!TG_HAS(g_bus, tg_ext_bus, emit)) return absent(now, TG_EXT_BUS);
        const tg_emission raw = emission_.raw();
        return g_bus->emit(g_host, hook, &raw, now, done);
    }
    Result<std::uint64_t> value(Outcome&& outcome) {
        if (outcome.rc < 0) return std::move(outcome).status();
        return outcome.number;
    }

private:
    Emission emission_;
};

}  // namespace detail

template <>
inline constexpr bool is_awaitable<detail::ReadBusOp> = true;
template <>
inline constexpr bool is_awaitable<detail::EmitOp> = true;

class Bus {
public:
    // Result<BusPage>: events of the hook's tenant above `after_sequence` that the manifest's `events` asks for; at
    // most `limit` (1..1000).
    static detail::ReadBusOp read(std::uint64_t after_sequence, std::uint32_t limit) {
        return detail::ReadBusOp(after_sequence, limit);
    }
    // Result<std::uint64_t>: its sequence, in the same stream as the patches' events; durable when it answers. Errors:
    // INVALID, TOO_LARGE, BUSY, UNAVAILABLE.
    static detail::EmitOp emit(Emission emission) { return detail::EmitOp(std::move(emission)); }
};

}  // namespace tg
