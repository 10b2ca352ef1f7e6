#include "zone.hpp"

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <utility>

namespace tidegate::notification {
namespace {

constexpr std::size_t kHeaderBytes = 44;
constexpr std::size_t kFileBytes = 256 * 1024;
constexpr std::size_t kNameBytes = 64;
constexpr const char* kFolder = "/usr/share/zoneinfo/";

bool is_zone_name(std::string_view name) {
    if (name.empty() || name.size() > kNameBytes || name.front() == '/' || name.find("..") != std::string_view::npos)
        return false;
    return std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '_' ||
               c == '-' || c == '+';
    });
}

std::int64_t big_endian(std::string_view bytes) {
    auto value = static_cast<std::uint64_t>(static_cast<signed char>(bytes[0]));
    for (const char c : bytes.substr(1)) value = value << 8 | static_cast<unsigned char>(c);
    return static_cast<std::int64_t>(value);
}

// RFC 8536 §3.1
struct Header {
    explicit Header(std::string_view at) {
        std::size_t place = 20;
        for (std::size_t* count : {&utc, &standard, &leaps, &times, &types, &names}) {
            *count = static_cast<std::size_t>(big_endian(at.substr(place, 4))) & 0xffffffff;
            place += 4;
        }
    }
    std::size_t body_bytes(std::size_t time_bytes) const {
        return times * time_bytes + times + types * 6 + names + leaps * (time_bytes + 4) + standard + utc;
    }
    bool is_sane() const {
        return types >= 1 && types <= 256 && times <= 20'000 && names <= 2'048 && leaps <= 1'024 && standard <= 256 &&
               utc <= 256;
    }
    std::size_t utc = 0, standard = 0, leaps = 0, times = 0, types = 0, names = 0;
};

}  // namespace

std::optional<Zone> Zone::parse(std::string_view bytes) {
    if (bytes.size() < kHeaderBytes || !bytes.starts_with("TZif") || bytes[4] < '2') return std::nullopt;
    const Header old(bytes);
    if (!old.is_sane()) return std::nullopt;
    const std::size_t skip = kHeaderBytes + old.body_bytes(4);
    if (bytes.size() < skip + kHeaderBytes || !bytes.substr(skip).starts_with("TZif")) return std::nullopt;
    const Header header(bytes.substr(skip));
    const std::string_view body = bytes.substr(skip + kHeaderBytes);
    if (!header.is_sane() || body.size() < header.body_bytes(8)) return std::nullopt;
    const std::string_view indexes = body.substr(header.times * 8, header.times);
    const std::string_view types = body.substr(header.times * 9, header.types * 6);
    const auto offset = [&](std::size_t type) {
        return static_cast<std::int32_t>(big_endian(types.substr(type * 6, 4)));
    };
    Zone zone;
    zone.first_offset_s_ = offset(0);
    for (std::size_t i = 0; i < header.times; ++i) {
        const auto type = static_cast<unsigned char>(indexes[i]);
        if (type >= header.types) return std::nullopt;
        zone.at_s_.push_back(big_endian(body.substr(i * 8, 8)));
        zone.offsets_s_.push_back(offset(type));
    }
    if (!std::is_sorted(zone.at_s_.begin(), zone.at_s_.end())) return std::nullopt;
    return zone;
}

std::shared_ptr<const Zone> Zone::load(std::string_view name) {
    if (!is_zone_name(name)) return nullptr;
    std::ifstream file(kFolder + std::string(name), std::ios::binary);
    if (!file) return nullptr;
    std::string bytes(kFileBytes, '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, file.gcount())));
    auto zone = parse(bytes);
    return zone ? std::make_shared<const Zone>(std::move(*zone)) : nullptr;
}

std::int32_t Zone::offset_s(std::int64_t unix_s) const {
    const auto next = std::upper_bound(at_s_.begin(), at_s_.end(), unix_s);
    if (next == at_s_.begin()) return first_offset_s_;
    return offsets_s_[static_cast<std::size_t>(next - at_s_.begin()) - 1];
}

}  // namespace tidegate::notification
