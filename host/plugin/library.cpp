#define BOOST_DLL_USE_STD_FS
#include "plugin/library.hpp"

#include "plugin/manifest.hpp"

#include <boost/dll/shared_library.hpp>

#include <dlfcn.h>
#include <link.h>

#include <cstring>
#include <optional>
#include <string>
#include <utility>

namespace tidegate::plugin {

struct Library::Handle {
    boost::dll::shared_library library;
    std::filesystem::path path;
};

namespace {

std::string text_of(const char* text) { return text ? text : "nothing"; }

std::optional<std::string> problem_of(const tg_entry& entry, const Manifest& manifest) {
    if (entry.magic != TG_ABI_MAGIC) return "its entry symbol is not a Tidegate entry (wrong magic)";
    if (entry.abi_major != TG_ABI_MAJOR || entry.abi_minor > TG_ABI_MINOR)
        return "it was built for ABI " + std::to_string(entry.abi_major) + "." + std::to_string(entry.abi_minor) +
               ", this host has " + std::to_string(TG_ABI_MAJOR) + "." + std::to_string(TG_ABI_MINOR);
    if (entry.size < sizeof(tg_entry) || !entry.create) return "its entry table is too short";
    if (text_of(entry.id) != manifest.id)
        return "its entry names the id '" + text_of(entry.id) + "', its manifest '" + manifest.id + "'";
    if (text_of(entry.version) != manifest.version)
        return "its entry names version " + text_of(entry.version) + ", its manifest " + manifest.version;
    return std::nullopt;
}

}  // namespace

Library::Library() : handle_(std::make_unique<Handle>()) {}
Library::Library(Library&&) noexcept = default;
Library& Library::operator=(Library&&) noexcept = default;
Library::~Library() = default;

Result<Library> Library::open(const std::filesystem::path& path, const Manifest& manifest) {
    Library opened;
    opened.handle_->path = path;
    boost::dll::fs::error_code error;
    using boost::dll::load_mode::type;
    // rtld_local is the absence of rtld_global on Linux.
    opened.handle_->library.load(path, type::rtld_now | type::rtld_local, error);
    if (error) {
        // The error code is the same for every cause; the reason is only in the linker's text.
        const char* reason = ::dlerror();
        return fail(Errc::kInvalid, std::string("load plugin: ") + (reason ? reason : error.message()));
    }
    if (!opened.handle_->library.has(TG_ENTRY_SYMBOL))
        return fail(Errc::kInvalid, std::string("load plugin: no symbol ") + TG_ENTRY_SYMBOL);
    opened.entry_ = &opened.handle_->library.get<const tg_entry>(TG_ENTRY_SYMBOL);
    if (auto problem = problem_of(*opened.entry_, manifest)) return fail(Errc::kInvalid, "load plugin: " + *problem);
    return opened;
}

bool Library::close() {
    if (!handle_) return true;
    const auto path = handle_->path;
    entry_ = nullptr;
    handle_.reset();
    return !is_mapped(path);
}

void Library::abandon() {
    // A second reference on the mapping that nobody will give back.
    if (handle_) ::dlopen(handle_->path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
}

bool Library::is_mapped(const std::filesystem::path& path) {
    struct Search {
        const char* path;
        bool found;
    } search{path.c_str(), false};
    ::dl_iterate_phdr(
        [](dl_phdr_info* info, std::size_t, void* context) {
            auto* wanted = static_cast<Search*>(context);
            wanted->found |= std::strcmp(info->dlpi_name, wanted->path) == 0;
            return wanted->found ? 1 : 0;
        },
        &search);
    return search.found;
}

}  // namespace tidegate::plugin
