#include "time_zone/zone_file.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

namespace tidegate::time_zone {
namespace {

constexpr std::size_t kHeaderBytes = 44;
constexpr std::size_t kMaxFileBytes = 64 * 1024;

std::int64_t big_endian(const std::string& bytes, std::size_t at, unsigned width) {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < width; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    return width == 4 ? static_cast<std::int32_t>(static_cast<std::uint32_t>(value)) : static_cast<std::int64_t>(value);
}

// RFC 8536 §3.1
struct Header {
    std::size_t ut_flags = 0, standard_flags = 0, leaps = 0, changes = 0, types = 0, names = 0;

    std::size_t block_bytes(std::size_t time_bytes) const {
        return changes * (time_bytes + 1) + types * 6 + names + leaps * (time_bytes + 4) + standard_flags + ut_flags;
    }
};

std::optional<Header> header_at(const std::string& bytes, std::size_t at) {
    if (bytes.size() < at + kHeaderBytes || bytes.compare(at, 4, "TZif") != 0) return std::nullopt;
    const auto count = [&](std::size_t index) {
        return static_cast<std::size_t>(static_cast<std::uint32_t>(big_endian(bytes, at + 20 + index * 4, 4)));
    };
    return Header{count(0), count(1), count(2), count(3), count(4), count(5)};
}

// RFC 8536 §3.2: more than -25 and less than 26 hours.
bool is_offset(std::int32_t offset_s) { return offset_s > -25 * 3600 && offset_s < 26 * 3600; }

// No name of a zone leads out of the folder.
bool is_zone_name(const std::string& name) {
    if (name.empty() || name.size() > 64 || name.front() == '/' || name.find("..") != std::string::npos) return false;
    return std::all_of(name.begin(), name.end(),
                       [](unsigned char c) { return std::isalnum(c) || c == '/' || c == '_' || c == '-' || c == '+'; });
}

}  // namespace

tg::Result<Zone> ZoneFile::read(const std::string& name, const std::string& folder) {
    if (!is_zone_name(name)) return tg::invalid("time zone: not the name of one: " + name.substr(0, 64));
    const std::string path = folder + "/" + name;
    std::error_code failed;
    std::ifstream file;
    if (std::filesystem::is_regular_file(path, failed)) file.open(path, std::ios::binary);
    if (!file.is_open())
        return tg::invalid("time zone " + name + ": no such file in " + folder + " (Debian package tzdata)");
    std::string bytes;
    for (std::istreambuf_iterator<char> at(file), end; at != end && bytes.size() <= kMaxFileBytes; ++at) bytes += *at;
    return parse(name, bytes);
}

tg::Result<Zone> ZoneFile::parse(const std::string& name, const std::string& bytes) {
    const tg::Status broken = tg::invalid("time zone " + name + ": its file cannot be read (RFC 8536, version 2 or 3)");
    const auto first = header_at(bytes, 0);
    if (!first || bytes[4] < '2' || bytes.size() > kMaxFileBytes) return broken;
    const std::size_t start = kHeaderBytes + first->block_bytes(4);
    const auto header = header_at(bytes, start);
    if (!header || header->types == 0) return broken;
    const std::size_t times = start + kHeaderBytes;
    if (header->block_bytes(8) > bytes.size() - times) return broken;
    const std::size_t indexes = times + header->changes * 8;
    const std::size_t types = indexes + header->changes;

    const auto offset_of = [&](std::size_t type) {
        return static_cast<std::int32_t>(big_endian(bytes, types + type * 6, 4));
    };
    Zone zone;
    zone.name_ = name;
    zone.first_offset_s_ = offset_of(0);
    if (!is_offset(zone.first_offset_s_)) return broken;
    for (std::size_t i = 0; i < header->changes; ++i) {
        const auto type = static_cast<unsigned char>(bytes[indexes + i]);
        const std::int64_t at_s = big_endian(bytes, times + i * 8, 8);
        if (type >= header->types || (i > 0 && at_s <= zone.changes_s_.back())) return broken;
        zone.changes_s_.push_back(at_s);
        zone.offsets_s_.push_back(offset_of(type));
        if (!is_offset(zone.offsets_s_.back())) return broken;
    }
    // The rule stands between two line ends behind the block; an empty one says nothing of later times.
    std::string rule = bytes.substr(times + header->block_bytes(8));
    if (rule.size() >= 2 && rule.front() == '\n' && rule.back() == '\n') rule = rule.substr(1, rule.size() - 2);
    zone.rule_ = PosixRule::parse(rule);
    if (!rule.empty() && !zone.rule_.valid()) return broken;
    return zone;
}

}  // namespace tidegate::time_zone
