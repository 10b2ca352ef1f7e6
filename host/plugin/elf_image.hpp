#pragma once

// ElfImage: a plugin file's bytes, checked before the dynamic linker sees them: a 64-bit shared object for this machine
// whose section headers and loadable segments lie inside the file (a truncated one kills the process inside dlopen).
// Finds the embedded manifest without running any of its code. Not a verifier: right bounds do not make right code.
// Pure. [any-thread]

#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace tidegate::plugin {

class ElfImage {
public:
    // The image keeps `bytes`, which must outlive it.
    static Result<ElfImage> check(std::string_view bytes);

    // kNotFound when there is no such section. Trailing NULs are cut off.
    Result<std::string_view> section(std::string_view name) const;

    // Offsets at which something ends or begins: where a truncation hurts. For tests.
    std::vector<std::size_t> boundaries() const;

private:
    explicit ElfImage(std::string_view bytes) : bytes_(bytes) {}
    std::string_view bytes_;
};

}  // namespace tidegate::plugin
