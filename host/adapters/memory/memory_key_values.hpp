#pragma once

// MemoryKeyValues: key values that live as long as the process. Every call completes inline. Bounded by bytes over all
// keys, bookkeeping included: what would go beyond is kBusy. A set or a hash without members is no key; a time to live
// begins with put(), with the increment() that makes the key, and with expire(). [any-thread]; one lock.

#include "base/clock.hpp"
#include "base/guarded.hpp"
#include "ports/key_values.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tidegate {

class ValueTable;

class MemoryKeyValues final : public KeyValues {
public:
    MemoryKeyValues(const Clock& clock, std::size_t max_bytes);
    ~MemoryKeyValues() override;

    std::optional<Result<StoredValue>> get(ValueKey key, ValueDone<StoredValue> done) override;
    std::optional<Result<std::uint64_t>> put(ValueKey key, std::string value, std::int64_t ttl_ms,
                                             std::optional<std::uint64_t> expected,
                                             ValueDone<std::uint64_t> done) override;
    std::optional<Result<std::int64_t>> increment(ValueKey key, std::int64_t by, std::int64_t ttl_ms,
                                                  ValueDone<std::int64_t> done) override;
    std::optional<Result<bool>> remove(ValueKey key, ValueDone<bool> done) override;
    std::optional<Result<bool>> expire(ValueKey key, std::int64_t ttl_ms, ValueDone<bool> done) override;

    std::optional<Result<bool>> set_add(ValueKey key, std::string member, ValueDone<bool> done) override;
    std::optional<Result<bool>> set_remove(ValueKey key, std::string member, ValueDone<bool> done) override;
    std::optional<Result<std::vector<std::string>>> set_members(ValueKey key,
                                                                ValueDone<std::vector<std::string>> done) override;

    std::optional<Result<bool>> hash_set(ValueKey key, Field field, ValueDone<bool> done) override;
    std::optional<Result<bool>> hash_remove(ValueKey key, std::string field, ValueDone<bool> done) override;
    std::optional<Result<std::vector<Field>>> hash_all(ValueKey key, ValueDone<std::vector<Field>> done) override;

    bool sweep() override;

private:
    class Visit;  // one call's stay under the lock

    // Checks the key, then runs the body on it.
    template <class T, class Body>
    Result<T> visit(const char* act, const ValueKey& key, Body&& body);

    const Clock& clock_;
    const std::unique_ptr<Guarded<ValueTable>> table_;
};

}  // namespace tidegate
