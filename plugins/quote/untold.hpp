// Untold: guards a change between its patch and its event. However the hook ends meanwhile (a store that does not
// answer, a failed publish, a deadline), the task "announce" is left behind; settled() calls that off.
// Not a task itself: QuotePlugin::announce is.
// Thread rule: [strand].
#pragma once

#include <utility>

#include "announcement.hpp"

namespace tidegate::quote {

class Untold {
public:
    explicit Untold(Announcement announcement) : announcement_(std::move(announcement)) {}
    Untold(const Untold&) = delete;
    Untold& operator=(const Untold&) = delete;
    ~Untold();

    // A patch with this base is about to be sent.
    void begin(std::uint64_t base) {
        announcement_.base = base;
        open_ = true;
    }
    void committed(std::uint64_t revision) { announcement_.revision = revision; }
    // Told, or surely not committed.
    void settled() { open_ = false; }

    const Announcement& announcement() const { return announcement_; }

private:
    Announcement announcement_;
    bool open_ = false;
};

}  // namespace tidegate::quote
