#pragma once

// A failure of the world (disk, network, file, peer service), as a value. Not for a client's mistake (those are rows of
// protocol/codes.def) and not for our own broken invariants (TG_ASSERT). Values; free to copy between threads.

#include <cstdint>
#include <ostream>
#include <string>
#include <utility>

namespace tidegate {

enum class Errc : std::uint8_t {
    kInvalid,  // the input cannot be right
    kNotFound,
    kConflict,  // somebody else changed it first
    kForbidden,
    kLocked,
    kFenced,       // an older fencing token than one already seen
    kBusy,         // a bounded resource is full; try again
    kUnavailable,  // the service cannot answer now
    kDeadline,
    kCancelled,
    kTooLarge,
    kUnsupported,
    kIo,
    kInternal,
};

// `text` names the act and the object: "open plugin '/opt/x/chat.so': undefined symbol …".
struct Error {
    Errc code = Errc::kInternal;
    std::string text;
};

inline std::ostream& operator<<(std::ostream& out, const Error& error) { return out << error.text; }

}  // namespace tidegate
