#pragma once

// FolderWatch: says that something in a folder may have changed, once things have been quiet for a while. A hint: the
// listener decides by content. One thread of its own. [control]

#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <thread>

namespace tidegate::plugin {

class FolderWatch {
public:
    FolderWatch(std::filesystem::path folder, std::uint32_t debounce_ms, std::function<void()> on_change);
    ~FolderWatch();
    FolderWatch(const FolderWatch&) = delete;
    FolderWatch& operator=(const FolderWatch&) = delete;

    Result<void> start();
    void stop();

private:
    void work();

    const std::filesystem::path folder_;
    const std::uint32_t debounce_ms_;
    const std::function<void()> on_change_;
    int inotify_ = -1;
    int wake_ = -1;
    std::thread thread_;
};

}  // namespace tidegate::plugin
