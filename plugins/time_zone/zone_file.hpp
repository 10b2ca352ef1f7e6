// Reading one file of the system's time zone data: the 64-bit block and the rule behind it (RFC 8536 §3).
// Thread rule: [any-thread], a pure function of the file.
#pragma once

#include <string>

#include "time_zone/zone.hpp"

namespace tidegate::time_zone {

class ZoneFile {
public:
    static tg::Result<Zone> read(const std::string& name, const std::string& folder);
    static tg::Result<Zone> parse(const std::string& name, const std::string& bytes);
};

}  // namespace tidegate::time_zone
