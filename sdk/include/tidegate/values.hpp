#pragma once

// Values: small shared values that may expire: texts with compare-and-set, counters, sets, hashes. A key belongs to
// this plugin and the hook's tenant, and holds one kind of thing. Not durable: what must survive is a document or a
// stream. Calls are awaited in a hook [strand]; values own their texts [any-thread].

#include <tidegate/detail/value_json.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace tg {

class Value {
public:
    Value(std::string text, std::uint64_t version) noexcept : text_(std::move(text)), version_(version) {}

    const std::string& text() const& noexcept { return text_; }
    std::string text() && noexcept { return std::move(text_); }
    // Rises with every change of the key, also over its removal.
    std::uint64_t version() const noexcept { return version_; }

private:
    std::string text_;
    std::uint64_t version_;
};

class ValuePut {
public:
    // `text`: UTF-8 of at most 64 KiB.
    ValuePut(std::string key, std::string text) noexcept : key_(std::move(key)), text_(std::move(text)) {}

    // 0: for ever.
    ValuePut& ttl_ms(std::uint64_t ttl) & { return ttl_ms_ = ttl, *this; }
    ValuePut&& ttl_ms(std::uint64_t ttl) && { return std::move(ttl_ms(ttl)); }
    // The version that must stand, else TG_E_CONFLICT; 0: there must be no such key.
    ValuePut& expected(std::uint64_t version) & {
        expected_ = version;
        compares_ = true;
        return *this;
    }
    ValuePut&& expected(std::uint64_t version) && { return std::move(expected(version)); }

    // As the ABI wants it, as long as this lives.
    tg_kv_put raw() const noexcept {
        tg_kv_put out{};
        out.size = sizeof(out);
        out.compares = compares_ ? 1 : 0;
        out.key = detail::str(key_);
        out.text = detail::str(text_);
        out.ttl_ms = ttl_ms_;
        out.expected = expected_;
        return out;
    }

private:
    std::string key_;
    std::string text_;
    std::uint64_t ttl_ms_ = 0;
    std::uint64_t expected_ = 0;
    bool compares_ = false;
};

namespace detail {

struct ValueTable {
    static constexpr std::string_view kId = TG_EXT_KV;
    static const tg_ext_kv* get() noexcept { return g_kv; }
};

struct ValueAnswer {
    using Type = Value;
    static Result<Type> read(Outcome&& outcome) { return Value(std::string(outcome.bytes.view()), outcome.number); }
};

template <auto Call, class Answer, class... Arguments>
using ValueCall = TableCall<ValueTable, Call, Answer, std::string, Arguments...>;

using GetValueOp = ValueCall<&tg_ext_kv::get, ValueAnswer>;
using IncrementOp = ValueCall<&tg_ext_kv::increment, IntegerAnswer, std::int64_t, std::uint64_t>;
using RemoveValueOp = ValueCall<&tg_ext_kv::remove, FlagAnswer>;
using ExpireValueOp = ValueCall<&tg_ext_kv::expire, FlagAnswer, std::uint64_t>;
using AddToSetOp = ValueCall<&tg_ext_kv::set_add, FlagAnswer, std::string>;
using RemoveFromSetOp = ValueCall<&tg_ext_kv::set_remove, FlagAnswer, std::string>;
using SetMembersOp = ValueCall<&tg_ext_kv::set_members, MembersAnswer>;
using SetInHashOp = ValueCall<&tg_ext_kv::hash_set, FlagAnswer, std::string, std::string>;
using RemoveFromHashOp = ValueCall<&tg_ext_kv::hash_remove, FlagAnswer, std::string>;
using HashFieldsOp = ValueCall<&tg_ext_kv::hash_all, FieldsAnswer>;

class [[nodiscard(TG_AWAIT_IT)]] PutValueOp : public Op<PutValueOp, Result<std::uint64_t>> {
public:
    explicit PutValueOp(ValuePut put) noexcept : put_(std::move(put)) {}
    tg_rc start(tg_hook* hook, tg_result* now, tg_done done) noexcept {
        if (!g_kv) return absent(now, TG_EXT_KV);
        const tg_kv_put raw = put_.raw();
        return g_kv->put(g_host, hook, &raw, now, done);
    }
    Result<std::uint64_t> value(Outcome&& outcome) {
        if (outcome.rc < 0) return std::move(outcome).status();
        return outcome.number;
    }

private:
    ValuePut put_;
};

}  // namespace detail

template <>
inline constexpr bool is_awaitable<detail::PutValueOp> = true;

// Errors of all: INVALID (also: the key holds another kind of thing), TOO_LARGE, BUSY, UNAVAILABLE.
class Values {
public:
    // Result<Value>. NOT_FOUND.
    static detail::GetValueOp get(std::string_view key) { return detail::GetValueOp(std::string(key)); }
    // Result<std::uint64_t>: the new version. CONFLICT.
    static detail::PutValueOp put(ValuePut put) { return detail::PutValueOp(std::move(put)); }
    // Result<std::int64_t>: the number afterwards; from 0 for a key that is not there, which then ends in ttl_ms (0:
    // never). One that is there keeps its end.
    static detail::IncrementOp increment(std::string_view key, std::int64_t by, std::uint64_t ttl_ms = 0) {
        return detail::IncrementOp(std::string(key), by, ttl_ms);
    }
    // Result<bool>: was it there?
    static detail::RemoveValueOp remove(std::string_view key) { return detail::RemoveValueOp(std::string(key)); }
    static detail::ExpireValueOp expire(std::string_view key, std::uint64_t ttl_ms) {
        return detail::ExpireValueOp(std::string(key), ttl_ms);
    }

    // Result<bool>: did it change anything?
    static detail::AddToSetOp set_add(std::string_view key, std::string_view member) {
        return detail::AddToSetOp(std::string(key), std::string(member));
    }
    static detail::RemoveFromSetOp set_remove(std::string_view key, std::string_view member) {
        return detail::RemoveFromSetOp(std::string(key), std::string(member));
    }
    // Result<std::vector<std::string>>; nothing for a key that is not there; TOO_LARGE beyond 4 MiB.
    static detail::SetMembersOp set_members(std::string_view key) { return detail::SetMembersOp(std::string(key)); }

    // Result<bool>: was the field new?
    static detail::SetInHashOp hash_set(std::string_view key, std::string_view field, std::string_view value) {
        return detail::SetInHashOp(std::string(key), std::string(field), std::string(value));
    }
    // Result<bool>: was it there?
    static detail::RemoveFromHashOp hash_remove(std::string_view key, std::string_view field) {
        return detail::RemoveFromHashOp(std::string(key), std::string(field));
    }
    // Result<std::vector<std::pair<std::string, std::string>>>; as set_members.
    static detail::HashFieldsOp hash_all(std::string_view key) { return detail::HashFieldsOp(std::string(key)); }
};

}  // namespace tg
