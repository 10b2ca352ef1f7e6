// Zone: the offset of an IANA time zone at an instant, from the system's compiled tables (TZif, RFC 8536). Debian's
// libdate-tz is a shared library, which a plugin may not need; so this reads the one thing that is asked here. After a
// table's last transition (2037) its last offset stands.
// Thread rule: [any-thread], a value; load reads a file.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate::notification {

class Zone {
public:
    // Nothing for a name that is no zone of this machine.
    static std::shared_ptr<const Zone> load(std::string_view name);
    // Of the bytes of a file.
    static std::optional<Zone> parse(std::string_view bytes);

    std::int32_t offset_s(std::int64_t unix_s) const;

private:
    Zone() {}
    std::vector<std::int64_t> at_s_;       // rising
    std::vector<std::int32_t> offsets_s_;  // from then on
    std::int32_t first_offset_s_ = 0;
};

}  // namespace tidegate::notification
