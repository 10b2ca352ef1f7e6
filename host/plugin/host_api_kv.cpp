#include "plugin/port_call.hpp"
#include "protocol/json_text.hpp"
#include "wire/utf8.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace tidegate::plugin {

namespace {

constexpr std::size_t kAnswerBytes = std::size_t{4} * 1024 * 1024;
using Members = std::vector<std::string>;
using Fields = std::vector<KeyValues::Field>;

KeyValues& values_of(const Hook& hook) { return hook.slot->engine().services.values; }

ValueKey key_of(const Hook& hook, tg_str key) {
    return {std::string(hook.call.tenant_name()), std::string(hook.slot->id()), owned(key)};
}

// What does not fit is more than ten years for the port, which says so.
std::int64_t ttl_of(std::uint64_t ttl_ms) {
    constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
    return static_cast<std::int64_t>(std::min<std::uint64_t>(ttl_ms, kMost));
}

std::string quoted(const std::string& text) { return protocol::json_quoted(text); }
std::string quoted(const KeyValues::Field& field) {
    return "[" + quoted(field.first) + "," + quoted(field.second) + "]";
}

template <class Items>
Result<PortValue> listed(const char* name, const Result<Items>& items) {
    if (!items) return items.error();
    std::string text = std::string("{\"") + name + "\":[";
    for (const auto& item : *items) {
        if (text.back() != '[') text += ',';
        text += quoted(item);
        if (text.size() > kAnswerBytes) return fail(Errc::kTooLarge, std::string(name) + ": more than 4 MiB");
    }
    return PortValue{Buffer::copy_of(text + "]}"), items->size()};
}

// Nothing when all texts can be given back as JSON.
bool are_texts(std::initializer_list<tg_str> texts) {
    return std::all_of(texts.begin(), texts.end(), [](tg_str text) { return is_valid_utf8(from_c(text)); });
}

// A call that is answered with a list.
template <class Items, class Begin>
tg_rc ask_list(const tg_host* host, tg_hook* handle, const char* name, tg_result* now, tg_done done, Begin begin) {
    return ask_port<PortValue>(
        host, handle, now, done,
        [&](const Hook& hook, const PendingOpRef&, ValueDone<PortValue> answered) -> std::optional<Result<PortValue>> {
            const auto outcome = begin(hook, [name, answered = std::move(answered)](const Result<Items>& items) {
                answered(listed(name, items));
            });
            if (!outcome) return std::nullopt;
            return listed(name, *outcome);
        },
        [](const PortValue& value) { return value; });
}

// A call that is answered with a flag, and whose texts go into the store.
template <class Begin>
tg_rc ask_flag(const tg_host* host, tg_hook* handle, std::initializer_list<tg_str> texts, tg_result* now, tg_done done,
               Begin begin) {
    if (!are_texts(texts)) return fail_now(live_hook(host, handle), now, TG_E_INVALID, "a text that is not UTF-8");
    return ask_port<bool>(
        host, handle, now, done,
        [&](const Hook& hook, const PendingOpRef&, ValueDone<bool> answered) {
            return begin(hook, std::move(answered));
        },
        [](bool flag) {
            return PortValue{nullptr, flag ? 1U : 0U};
        });
}

tg_rc get(const tg_host* host, tg_hook* handle, tg_str key, tg_result* now, tg_done done) {
    return ask_port<StoredValue>(
        host, handle, now, done,
        [&](const Hook& hook, const PendingOpRef&, ValueDone<StoredValue> answered) {
            return values_of(hook).get(key_of(hook, key), std::move(answered));
        },
        [](const StoredValue& stored) {
            return PortValue{Buffer::copy_of(stored.value), stored.version};
        });
}

tg_rc put(const tg_host* host, tg_hook* handle, const tg_kv_put* request, tg_result* now, tg_done done) {
    if (!TG_HAS(request, tg_kv_put, expected)) return TG_E_INVALID;
    if (!are_texts({request->text}))
        return fail_now(live_hook(host, handle), now, TG_E_INVALID, "a text that is not UTF-8");
    return ask_port<std::uint64_t>(
        host, handle, now, done,
        [&](const Hook& hook, const PendingOpRef&, ValueDone<std::uint64_t> answered) {
            std::optional<std::uint64_t> expected;
            if (request->compares) expected = request->expected;
            auto outcome = values_of(hook).put(key_of(hook, request->key), owned(request->text),
                                               ttl_of(request->ttl_ms), expected, std::move(answered));
            if (request->ttl_ms) hook.slot->engine().notices.sweep_values_soon();
            return outcome;
        },
        [](std::uint64_t version) {
            return PortValue{nullptr, version};
        });
}

tg_rc increment(const tg_host* host, tg_hook* handle, tg_str key, std::int64_t by, std::uint64_t ttl_ms, tg_result* now,
                tg_done done) {
    return ask_port<std::int64_t>(
        host, handle, now, done,
        [&](const Hook& hook, const PendingOpRef&, ValueDone<std::int64_t> answered) {
            auto outcome = values_of(hook).increment(key_of(hook, key), by, ttl_of(ttl_ms), std::move(answered));
            if (ttl_ms) hook.slot->engine().notices.sweep_values_soon();
            return outcome;
        },
        [](std::int64_t number) {
            return PortValue{nullptr, static_cast<std::uint64_t>(number)};
        });
}

tg_rc remove(const tg_host* host, tg_hook* handle, tg_str key, tg_result* now, tg_done done) {
    return ask_flag(host, handle, {}, now, done, [&](const Hook& hook, ValueDone<bool> answered) {
        return values_of(hook).remove(key_of(hook, key), std::move(answered));
    });
}

tg_rc expire(const tg_host* host, tg_hook* handle, tg_str key, std::uint64_t ttl_ms, tg_result* now, tg_done done) {
    return ask_flag(host, handle, {}, now, done, [&](const Hook& hook, ValueDone<bool> answered) {
        auto outcome = values_of(hook).expire(key_of(hook, key), ttl_of(ttl_ms), std::move(answered));
        if (ttl_ms) hook.slot->engine().notices.sweep_values_soon();
        return outcome;
    });
}

tg_rc set_add(const tg_host* host, tg_hook* handle, tg_str key, tg_str member, tg_result* now, tg_done done) {
    return ask_flag(host, handle, {member}, now, done, [&](const Hook& hook, ValueDone<bool> answered) {
        return values_of(hook).set_add(key_of(hook, key), owned(member), std::move(answered));
    });
}

tg_rc set_remove(const tg_host* host, tg_hook* handle, tg_str key, tg_str member, tg_result* now, tg_done done) {
    return ask_flag(host, handle, {}, now, done, [&](const Hook& hook, ValueDone<bool> answered) {
        return values_of(hook).set_remove(key_of(hook, key), owned(member), std::move(answered));
    });
}

tg_rc set_members(const tg_host* host, tg_hook* handle, tg_str key, tg_result* now, tg_done done) {
    return ask_list<Members>(host, handle, "members", now, done, [&](const Hook& hook, ValueDone<Members> answered) {
        return values_of(hook).set_members(key_of(hook, key), std::move(answered));
    });
}

tg_rc hash_set(const tg_host* host, tg_hook* handle, tg_str key, tg_str field, tg_str value, tg_result* now,
               tg_done done) {
    return ask_flag(host, handle, {field, value}, now, done, [&](const Hook& hook, ValueDone<bool> answered) {
        return values_of(hook).hash_set(key_of(hook, key), {owned(field), owned(value)}, std::move(answered));
    });
}

tg_rc hash_remove(const tg_host* host, tg_hook* handle, tg_str key, tg_str field, tg_result* now, tg_done done) {
    return ask_flag(host, handle, {}, now, done, [&](const Hook& hook, ValueDone<bool> answered) {
        return values_of(hook).hash_remove(key_of(hook, key), owned(field), std::move(answered));
    });
}

tg_rc hash_all(const tg_host* host, tg_hook* handle, tg_str key, tg_result* now, tg_done done) {
    return ask_list<Fields>(host, handle, "fields", now, done, [&](const Hook& hook, ValueDone<Fields> answered) {
        return values_of(hook).hash_all(key_of(hook, key), std::move(answered));
    });
}

constexpr tg_ext_kv kExtension{sizeof(tg_ext_kv), &get,        &put,         &increment, &remove,      &expire,
                               &set_add,          &set_remove, &set_members, &hash_set,  &hash_remove, &hash_all};

}  // namespace

const tg_ext_kv* kv_extension() { return &kExtension; }

}  // namespace tidegate::plugin
