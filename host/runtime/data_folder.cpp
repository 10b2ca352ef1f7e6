#include "runtime/data_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace tidegate::runtime {

Result<DataFolder> DataFolder::open(const std::filesystem::path& folder) {
    const auto failed = [&](const std::string& why) {
        return fail(Errc::kIo, "open the data folder '" + folder.string() + "': " + why);
    };
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return failed(error.message());
    // Quotes are nobody else's business on a shared machine.
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
    if (error) return failed(error.message());
    const auto file = folder / "lock";
    net::FileDescriptor lock(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (lock.get() < 0) return failed(std::strerror(errno));
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
        return failed(errno == EWOULDBLOCK ? "another host uses it" : std::strerror(errno));
    return DataFolder(folder, std::move(lock));
}

}  // namespace tidegate::runtime
