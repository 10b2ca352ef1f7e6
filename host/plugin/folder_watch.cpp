#include "plugin/folder_watch.hpp"

#include "base/thread_name.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace tidegate::plugin {

FolderWatch::FolderWatch(std::filesystem::path folder, std::uint32_t debounce_ms, std::function<void()> on_change)
    : folder_(std::move(folder)), debounce_ms_(debounce_ms), on_change_(std::move(on_change)) {}

FolderWatch::~FolderWatch() {
    stop();
    if (inotify_ >= 0) ::close(inotify_);
    if (wake_ >= 0) ::close(wake_);
}

Result<void> FolderWatch::start() {
    inotify_ = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    wake_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    // CREATE because a link appears by it alone.
    constexpr std::uint32_t kHints = IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_DELETE | IN_MOVED_FROM;
    if (inotify_ < 0 || wake_ < 0 || ::inotify_add_watch(inotify_, folder_.c_str(), kHints) < 0)
        return fail(Errc::kIo, "watch plugin folder '" + folder_.string() + "': " + std::strerror(errno));
    thread_ = std::thread([this] {
        name_thread("plugin-folder");
        work();
    });
    return {};
}

void FolderWatch::stop() {
    if (!thread_.joinable()) return;
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
    thread_.join();
}

void FolderWatch::work() {
    std::array<pollfd, 2> waits{pollfd{wake_, POLLIN, 0}, pollfd{inotify_, POLLIN, 0}};
    bool changed = false;
    for (;;) {
        const int ready = ::poll(waits.data(), waits.size(), changed ? static_cast<int>(debounce_ms_) : -1);
        if (ready < 0 && errno == EINTR) continue;
        if (waits[0].revents != 0) return;
        if (ready == 0) {
            changed = false;
            on_change_();
            continue;
        }
        // Which file does not matter, and an overflow is a change like any other.
        std::array<char, 16 * 1024> events;
        while (::read(inotify_, events.data(), events.size()) > 0) changed = true;
    }
}

}  // namespace tidegate::plugin
