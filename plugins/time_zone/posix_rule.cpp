#include "time_zone/posix_rule.hpp"

#include <date/ptz.h>

#include <exception>
#include <utility>

namespace tidegate::time_zone {

struct PosixRule::Rule {
    explicit Rule(const std::string& text) : zone(text) {}
    Posix::time_zone zone;
};

PosixRule PosixRule::parse(const std::string& text) {
    try {
        return PosixRule(std::make_shared<const Rule>(text));
    } catch (const std::exception&) {
        return PosixRule();
    }
}

std::int32_t PosixRule::offset_s(std::int64_t unix_s) const {
    const auto info = rule_->zone.get_info(date::sys_seconds(std::chrono::seconds(unix_s)));
    return static_cast<std::int32_t>(info.offset.count());
}

}  // namespace tidegate::time_zone
