#include "plugin/private_copy.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

namespace tidegate::plugin {

namespace {

constexpr std::uintmax_t kImageBytes = 256u * 1024 * 1024;

Error io_failure(const char* act, const std::filesystem::path& path, int error) {
    return fail(Errc::kIo, std::string(act) + " '" + path.string() + "': " + std::strerror(error));
}

// Closes what it holds; -1 holds nothing.
class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return number_; }

private:
    const int number_;
};

std::string sha256_hex(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr);
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    text.reserve(length * 2);
    for (unsigned i = 0; i < length; ++i) {
        text.push_back(kDigits[digest[i] >> 4]);
        text.push_back(kDigits[digest[i] & 15]);
    }
    return text;
}

Result<void> write_all(const Descriptor& file, std::string_view bytes, const std::filesystem::path& path) {
    while (!bytes.empty()) {
        const auto written = ::write(file.get(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return io_failure("write plugin copy", path, errno);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(file.get()) != 0) return io_failure("write plugin copy", path, errno);
    return {};
}

}  // namespace

Result<FileImage> read_image(const std::filesystem::path& file) {
    const Descriptor input(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (input.get() < 0) return io_failure("read plugin", file, errno);
    struct stat about {};
    if (::fstat(input.get(), &about) != 0) return io_failure("read plugin", file, errno);
    if (!S_ISREG(about.st_mode)) return fail(Errc::kInvalid, "read plugin '" + file.string() + "': not a regular file");
    if (static_cast<std::uintmax_t>(about.st_size) > kImageBytes)
        return fail(Errc::kTooLarge, "read plugin '" + file.string() + "': larger than 256 MiB");
    FileImage image;
    image.bytes.resize(static_cast<std::size_t>(about.st_size));
    std::size_t filled = 0;
    while (filled < image.bytes.size()) {
        const auto got = ::read(input.get(), image.bytes.data() + filled, image.bytes.size() - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return io_failure("read plugin", file, errno);
        if (got == 0) break;
        filled += static_cast<std::size_t>(got);
    }
    image.bytes.resize(filled);
    image.hash = sha256_hex(image.bytes);
    return image;
}

PrivateCopies::PrivateCopies(std::filesystem::path folder) : folder_(std::move(folder)) {
    std::filesystem::create_directories(folder_);
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
        // Only what this class wrote: folders of copies.
        if (!entry.is_directory()) continue;
        for (const auto& copy : std::filesystem::directory_iterator(entry.path())) {
            const auto extension = copy.path().extension();
            std::error_code ignored;
            if (extension == ".so" || extension == ".part") std::filesystem::remove(copy.path(), ignored);
        }
    }
}

Result<std::filesystem::path> PrivateCopies::write(std::string_view id, const FileImage& image,
                                                   std::uint64_t generation) {
    const auto folder = folder_ / id;
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return io_failure("make folder", folder, error.value());
    const auto path = folder / (image.hash.substr(0, 16) + "." + std::to_string(generation) + ".so");
    auto part = path;
    part.replace_extension(".part");
    {
        const Descriptor output(::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
        if (output.get() < 0) return io_failure("write plugin copy", part, errno);
        if (auto written = write_all(output, image.bytes, part); !written) {
            remove(part);
            return written.error();
        }
    }
    std::filesystem::rename(part, path, error);
    if (error) return io_failure("write plugin copy", path, error.value());
    return path;
}

void PrivateCopies::remove(const std::filesystem::path& copy) {
    std::error_code ignored;
    std::filesystem::remove(copy, ignored);
}

}  // namespace tidegate::plugin
