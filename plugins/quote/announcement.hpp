// A change of a quote of which its viewers may not know yet: what is needed to find out whether the store has it, and
// to tell them. Travels as the payload of the task "announce".
// Thread rule: [any-thread], a value type.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidegate::quote {

inline constexpr std::string_view kAnnounceTask = "announce";

struct Announcement {
    Announcement() {}  // no aggregate: it is a coroutine's parameter

    std::string quote_id;
    std::string key;             // the patch's idempotency key
    std::string sub;             // who changed it
    std::string quote_data;      // the merge patch as it was sent
    std::uint64_t base = 0;      // the revision it was merged with; 0: it creates the quote
    std::uint64_t revision = 0;  // of the committed patch; 0: whether it is committed is not known
    int attempt = 0;             // tasks that tried already
};

std::string write_announcement(const Announcement& announcement);
std::optional<Announcement> read_announcement(std::string_view payload);

}  // namespace tidegate::quote
