#pragma once

// KeyValues: small shared values that may expire: counters, sets, hashes, compare-and-set. Not durable: what must
// survive is a document or a stream.
//
// Every call returns its outcome now, or nothing and then calls `done` exactly once: later, from any thread, never
// inside the call.

#include "base/result.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tidegate {

struct ValueKey {
    std::string tenant, owner, key;  // each 1-256 bytes of UTF-8 without control characters; owner: a plugin's id
};

struct StoredValue {
    std::string value;          // at most 64 KiB
    std::uint64_t version = 0;  // rises with every change of the key, also over its removal
};

template <class T>
using ValueDone = std::function<void(Result<T>)>;

// A key holds one kind of thing: text, number, set or hash; a call of another kind is kInvalid. kTooLarge beyond 64 KiB
// a value and 100,000 members; kBusy beyond the store's bound of bytes.
class KeyValues {
public:
    virtual ~KeyValues() = default;

    virtual std::optional<Result<StoredValue>> get(ValueKey key, ValueDone<StoredValue> done) = 0;  // kNotFound
    // `expected`: the version that must stand (0: no such key), else kConflict. ttl_ms 0: for ever. The new version.
    virtual std::optional<Result<std::uint64_t>> put(ValueKey key, std::string value, std::int64_t ttl_ms,
                                                     std::optional<std::uint64_t> expected,
                                                     ValueDone<std::uint64_t> done) = 0;
    // From 0 for a key that is not there. The number afterwards.
    virtual std::optional<Result<std::int64_t>> increment(ValueKey key, std::int64_t by, std::int64_t ttl_ms,
                                                          ValueDone<std::int64_t> done) = 0;
    // Was it there?
    virtual std::optional<Result<bool>> remove(ValueKey key, ValueDone<bool> done) = 0;
    virtual std::optional<Result<bool>> expire(ValueKey key, std::int64_t ttl_ms, ValueDone<bool> done) = 0;

    // Did it change anything?
    virtual std::optional<Result<bool>> set_add(ValueKey key, std::string member, ValueDone<bool> done) = 0;
    virtual std::optional<Result<bool>> set_remove(ValueKey key, std::string member, ValueDone<bool> done) = 0;
    virtual std::optional<Result<std::vector<std::string>>> set_members(ValueKey key,
                                                                        ValueDone<std::vector<std::string>> done) = 0;

    using Field = std::pair<std::string, std::string>;
    virtual std::optional<Result<bool>> hash_set(ValueKey key, Field field, ValueDone<bool> done) = 0;  // was it new?
    virtual std::optional<Result<bool>> hash_remove(ValueKey key, std::string field, ValueDone<bool> done) = 0;
    virtual std::optional<Result<std::vector<Field>>> hash_all(ValueKey key, ValueDone<std::vector<Field>> done) = 0;

    // Forgets what expired. True while anything can. [any-thread], one at a time
    virtual bool sweep() = 0;
};

}  // namespace tidegate
