// The rule in the last line of a time zone's file ("EST5EDT,M3.2.0,M11.1.0"), which holds after its last listed change.
// Not the file itself (zone.hpp). Compiled as C++17: the library beneath names the same calendar types as C++20's.
// Thread rule: [any-thread] once made.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace tidegate::time_zone {

class PosixRule {
public:
    PosixRule() = default;
    static PosixRule parse(const std::string& text);  // invalid when it is none

    bool valid() const { return rule_ != nullptr; }
    std::int32_t offset_s(std::int64_t unix_s) const;

private:
    struct Rule;
    explicit PosixRule(std::shared_ptr<const Rule> rule) : rule_(std::move(rule)) {}

    std::shared_ptr<const Rule> rule_;
};

}  // namespace tidegate::time_zone
