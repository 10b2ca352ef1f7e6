#include "adapters/memory/memory_key_values.hpp"

#include "adapters/documents/document_text.hpp"
#include "adapters/memory/value_table.hpp"

#include <utility>

namespace tidegate {
namespace {

constexpr std::size_t kNameBytes = 256;  // tenant, owner, key
constexpr std::size_t kValueBytes = 64 * 1024;
constexpr std::size_t kMembers = 100'000;
constexpr std::int64_t kMaxTtlMs = std::int64_t{10} * 365 * 24 * 3600 * 1000;
constexpr std::int64_t kNsPerMs = 1'000'000;

using Held = ValueTable::Held;
using Text = ValueTable::Text;
using Number = ValueTable::Number;
using Set = ValueTable::Set;
using Hash = ValueTable::Hash;

Error refuse(Errc code, const char* act, const ValueKey& key, const std::string& why) {
    return fail(code, std::string(act) + " '" + key.key + "': " + why);
}

bool is_name(const std::string& text) { return !text.empty() && is_plain_text(text, kNameBytes); }

Result<void> check_key(const char* act, const ValueKey& key) {
    if (is_name(key.tenant) && is_name(key.owner) && is_name(key.key)) return {};
    // The key itself may be what is wrong.
    return fail(Errc::kInvalid,
                std::string(act) + ": tenant, owner and key must be 1 to 256 bytes of text without control characters");
}

const char* kind_of(const ValueTable::Content& content) {
    static constexpr const char* kKinds[] = {"a text", "a number", "a set", "a hash"};
    return kKinds[content.index()];
}

std::ptrdiff_t signed_bytes(std::size_t bytes) { return static_cast<std::ptrdiff_t>(bytes); }

}  // namespace

class MemoryKeyValues::Visit {
public:
    Visit(ValueTable& table, const char* act, const ValueKey& key, std::int64_t now_ns)
        : table_(table),
          act_(act),
          key_(key),
          name_(key.tenant + '\n' + key.owner + '\n' + key.key),  // names hold no control characters
          now_ns_(now_ns),
          entry_(table.find(name_, now_ns)) {}

    bool exists() const { return entry_ != nullptr; }
    std::uint64_t version() const { return entry_ ? entry_->second.version : 0; }
    Error refuse(Errc code, const std::string& why) const { return tidegate::refuse(code, act_, key_, why); }

    // Null when there is no such key; kInvalid when it holds something else.
    template <class Kind>
    Result<Kind*> find() const {
        if (!entry_) return nullptr;
        auto& content = entry_->second.content;
        if (auto* found = std::get_if<Kind>(&content)) return found;
        return refuse(Errc::kInvalid, std::string("the key holds ") + kind_of(content));
    }
    // Of the kind, made if need be, with room for so many bytes more. The caller changes it: it must not fail any more.
    template <class Kind>
    Result<Kind*> open(std::size_t more_bytes) {
        const auto found = find<Kind>();
        if (!found) return found;
        if (!table_.has_room(more_bytes + (entry_ ? 0 : ValueTable::key_bytes(name_)), now_ns_)) {
            return refuse(Errc::kBusy, "the memory for values is full");
        }
        if (!entry_) entry_ = &table_.add(name_, Kind());
        return std::get_if<Kind>(&entry_->second.content);
    }
    void changed(std::ptrdiff_t bytes) { table_.change(*entry_, bytes); }
    void end_in(std::int64_t ttl_ms) { table_.set_end(*entry_, ttl_ms == 0 ? 0 : now_ns_ + ttl_ms * kNsPerMs); }
    void remove() {
        table_.remove(*entry_);
        entry_ = nullptr;
    }

    Result<void> check_ttl(std::int64_t ttl_ms) const {
        if (ttl_ms >= 0 && ttl_ms <= kMaxTtlMs) return {};
        return refuse(Errc::kInvalid, "the time to live must be 0 ms to ten years");
    }
    Result<void> check_value(const std::string& value) const {
        if (value.size() <= kValueBytes) return {};
        return refuse(Errc::kTooLarge, "a value is larger than 64 KiB");
    }
    template <class Members>
    Result<void> check_count(const Members& members) const {
        if (members.size() < kMembers) return {};
        return refuse(Errc::kTooLarge, "it has 100000 members");
    }

private:
    ValueTable& table_;
    const char* const act_;
    const ValueKey& key_;
    const std::string name_;
    const std::int64_t now_ns_;
    ValueTable::Entry* entry_;
};

MemoryKeyValues::MemoryKeyValues(const Clock& clock, std::size_t max_bytes)
    : clock_(clock), table_(std::make_unique<Guarded<ValueTable>>(ValueTable(max_bytes))) {}
MemoryKeyValues::~MemoryKeyValues() = default;

template <class T, class Body>
Result<T> MemoryKeyValues::visit(const char* act, const ValueKey& key, Body&& body) {
    if (auto checked = check_key(act, key); !checked) return checked.error();
    return table_->with([&](ValueTable& table) -> Result<T> {
        // The clock is read under the lock: who gets the lock later must not see an earlier time.
        Visit visit(table, act, key, clock_.monotonic_ns());
        return body(visit);
    });
}

std::optional<Result<StoredValue>> MemoryKeyValues::get(ValueKey key, ValueDone<StoredValue>) {
    return visit<StoredValue>("get value", key, [](Visit& visit) -> Result<StoredValue> {
        const auto text = visit.find<Text>();
        if (!text) return text.error();
        if (!*text) return visit.refuse(Errc::kNotFound, "there is no such key");
        return StoredValue{**text, visit.version()};
    });
}

std::optional<Result<std::uint64_t>> MemoryKeyValues::put(ValueKey key, std::string value, std::int64_t ttl_ms,
                                                          std::optional<std::uint64_t> expected,
                                                          ValueDone<std::uint64_t>) {
    return visit<std::uint64_t>("put value", key, [&](Visit& visit) -> Result<std::uint64_t> {
        if (auto checked = visit.check_value(value); !checked) return checked.error();
        if (auto checked = visit.check_ttl(ttl_ms); !checked) return checked.error();
        const auto before = visit.find<Text>();
        if (!before) return before.error();
        if (expected && *expected != visit.version()) {
            return visit.refuse(Errc::kConflict, visit.exists()
                                                     ? "the key is at version " + std::to_string(visit.version())
                                                     : "there is no such key");
        }
        const std::size_t bytes_before = *before ? (*before)->size() : 0;
        const auto text = visit.open<Text>(value.size() > bytes_before ? value.size() - bytes_before : 0);
        if (!text) return text.error();
        visit.changed(signed_bytes(value.size()) - signed_bytes(bytes_before));
        visit.end_in(ttl_ms);
        **text = std::move(value);
        return visit.version();
    });
}

std::optional<Result<std::int64_t>> MemoryKeyValues::increment(ValueKey key, std::int64_t by, std::int64_t ttl_ms,
                                                               ValueDone<std::int64_t>) {
    return visit<std::int64_t>("increment value", key, [&](Visit& visit) -> Result<std::int64_t> {
        if (auto checked = visit.check_ttl(ttl_ms); !checked) return checked.error();
        const bool is_new = !visit.exists();
        const auto number = visit.open<Number>(0);
        if (!number) return number.error();
        Number sum = 0;
        if (__builtin_add_overflow(**number, by, &sum)) {
            return visit.refuse(Errc::kInvalid, "the sum does not fit into 64 bits");
        }
        **number = sum;
        visit.changed(0);
        if (is_new) visit.end_in(ttl_ms);
        return sum;
    });
}

std::optional<Result<bool>> MemoryKeyValues::remove(ValueKey key, ValueDone<bool>) {
    return visit<bool>("remove value", key, [](Visit& visit) -> Result<bool> {
        if (!visit.exists()) return false;
        visit.remove();
        return true;
    });
}

std::optional<Result<bool>> MemoryKeyValues::expire(ValueKey key, std::int64_t ttl_ms, ValueDone<bool>) {
    return visit<bool>("expire value", key, [&](Visit& visit) -> Result<bool> {
        if (auto checked = visit.check_ttl(ttl_ms); !checked) return checked.error();
        if (!visit.exists()) return false;
        visit.end_in(ttl_ms);
        return true;
    });
}

std::optional<Result<bool>> MemoryKeyValues::set_add(ValueKey key, std::string member, ValueDone<bool>) {
    return visit<bool>("add to set", key, [&](Visit& visit) -> Result<bool> {
        if (auto checked = visit.check_value(member); !checked) return checked.error();
        const auto before = visit.find<Set>();
        if (!before) return before.error();
        if (*before) {
            if ((*before)->contains(member)) return false;
            if (auto checked = visit.check_count(**before); !checked) return checked.error();
        }
        const std::size_t bytes = ValueTable::kMemberBytes + member.size();
        const auto set = visit.open<Set>(bytes);
        if (!set) return set.error();
        (*set)->insert(std::move(member));
        visit.changed(signed_bytes(bytes));
        return true;
    });
}

std::optional<Result<bool>> MemoryKeyValues::set_remove(ValueKey key, std::string member, ValueDone<bool>) {
    return visit<bool>("remove from set", key, [&](Visit& visit) -> Result<bool> {
        const auto set = visit.find<Set>();
        if (!set) return set.error();
        if (!*set || !(*set)->erase(member)) return false;
        visit.changed(-signed_bytes(ValueTable::kMemberBytes + member.size()));
        if ((*set)->empty()) visit.remove();
        return true;
    });
}

std::optional<Result<std::vector<std::string>>> MemoryKeyValues::set_members(ValueKey key,
                                                                             ValueDone<std::vector<std::string>>) {
    using Members = std::vector<std::string>;
    return visit<Members>("members of set", key, [](Visit& visit) -> Result<Members> {
        const auto set = visit.find<Set>();
        if (!set) return set.error();
        return *set ? Members((*set)->begin(), (*set)->end()) : Members();
    });
}

std::optional<Result<bool>> MemoryKeyValues::hash_set(ValueKey key, Field field, ValueDone<bool>) {
    return visit<bool>("set in hash", key, [&](Visit& visit) -> Result<bool> {
        auto& [name, value] = field;
        if (auto checked = visit.check_value(name); !checked) return checked.error();
        if (auto checked = visit.check_value(value); !checked) return checked.error();
        const auto before = visit.find<Hash>();
        if (!before) return before.error();
        std::size_t bytes = ValueTable::kMemberBytes + name.size() + value.size();
        std::size_t bytes_before = 0;
        if (*before) {
            if (const auto known = (*before)->find(name); known != (*before)->end()) {
                bytes_before = ValueTable::kMemberBytes + name.size() + known->second.size();
            } else if (auto checked = visit.check_count(**before); !checked) {
                return checked.error();
            }
        }
        const auto hash = visit.open<Hash>(bytes > bytes_before ? bytes - bytes_before : 0);
        if (!hash) return hash.error();
        (*hash)->insert_or_assign(std::move(name), std::move(value));
        visit.changed(signed_bytes(bytes) - signed_bytes(bytes_before));
        return bytes_before == 0;
    });
}

std::optional<Result<bool>> MemoryKeyValues::hash_remove(ValueKey key, std::string field, ValueDone<bool>) {
    return visit<bool>("remove from hash", key, [&](Visit& visit) -> Result<bool> {
        const auto hash = visit.find<Hash>();
        if (!hash) return hash.error();
        if (!*hash) return false;
        const auto known = (*hash)->find(field);
        if (known == (*hash)->end()) return false;
        visit.changed(-signed_bytes(ValueTable::kMemberBytes + field.size() + known->second.size()));
        (*hash)->erase(known);
        if ((*hash)->empty()) visit.remove();
        return true;
    });
}

std::optional<Result<std::vector<KeyValues::Field>>> MemoryKeyValues::hash_all(ValueKey key,
                                                                               ValueDone<std::vector<Field>>) {
    using Fields = std::vector<Field>;
    return visit<Fields>("fields of hash", key, [](Visit& visit) -> Result<Fields> {
        const auto hash = visit.find<Hash>();
        if (!hash) return hash.error();
        return *hash ? Fields((*hash)->begin(), (*hash)->end()) : Fields();
    });
}

bool MemoryKeyValues::sweep() {
    return table_->with([&](ValueTable& table) {
        table.forget_ended(clock_.monotonic_ns());
        return table.any_can_end();
    });
}

}  // namespace tidegate
