#pragma once

// Field: one key of the configuration as a row: where its value lives, what may stand there, how a change takes effect,
// what it means. Loader, environment, generated YAML and generated documentation all read the same rows. Constant data.
// [any-thread]

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tidegate::config {

enum class Kind : std::uint8_t {
    kText,
    kSecret,  // text, or file:PATH; never shown
    kChoice,
    kAddress,
    kSwitch,
    kCount,
    kMilliseconds,
    kSeconds,
    kSize,
    kPath,
    kTexts,
};

// How a changed value takes effect: at once, through a new generation of the plugin, or at the next start.
enum class Mark : std::uint8_t { kLive, kPlugin, kRestart };

std::string_view to_text(Mark mark);

using Slot = std::variant<std::string*, bool*, std::uint32_t*, std::int64_t*, std::size_t*, std::filesystem::path*,
                          std::vector<std::string>*>;

struct FieldInfo {
    std::string_view key;  // "listen.address"; within a feature "reload.drain_ms"
    Kind kind;
    std::uint64_t min = 0;  // numbers; for texts the most bytes stand in max
    std::uint64_t max = 0;
    std::string_view choices = {};  // "memory|sqlite"
    Mark mark = Mark::kRestart;
    std::string_view doc;
};

template <class Owner>
struct Field {
    FieldInfo info;
    Slot (*slot)(Owner&);
};

// "a whole number of milliseconds, 0 to 60000"
std::string expectation(const FieldInfo& field);

// "TIDEGATE_LISTEN_ADDRESS"
std::string environment_name(std::string_view key);

}  // namespace tidegate::config
