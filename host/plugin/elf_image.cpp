#include "plugin/elf_image.hpp"

#include <elf.h>

#include <cstring>
#include <optional>
#include <string>

namespace tidegate::plugin {

namespace {

#if defined(__x86_64__)
constexpr std::uint16_t kMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr std::uint16_t kMachine = EM_AARCH64;
#else
#error "plugins are supported on x86-64 and aarch64"
#endif

// A copy, because nothing in the file need be aligned. The caller has checked the bounds.
template <class T>
T read_at(std::string_view bytes, std::uint64_t offset) {
    T value;
    std::memcpy(&value, bytes.data() + offset, sizeof value);
    return value;
}

bool fits(std::uint64_t offset, std::uint64_t size, std::uint64_t limit) {
    return offset <= limit && size <= limit - offset;
}

Error broken(const char* what) { return fail(Errc::kInvalid, std::string("not a usable shared object: ") + what); }

std::optional<Error> check_header(std::string_view bytes, const Elf64_Ehdr& header) {
    if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return broken("no ELF header");
    if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB)
        return broken("not 64-bit little-endian");
    if (header.e_type != ET_DYN) return broken("its ELF type is not a shared object");
    if (header.e_machine != kMachine) return broken("built for another processor");
    if (header.e_phentsize != sizeof(Elf64_Phdr) || header.e_shentsize != sizeof(Elf64_Shdr))
        return broken("header entries of an unknown size");
    if (header.e_phnum == 0 || header.e_shnum == 0) return broken("no program or section headers");
    if (!fits(header.e_phoff, std::uint64_t{header.e_phnum} * sizeof(Elf64_Phdr), bytes.size()))
        return broken("truncated: the program headers lie outside the file");
    if (!fits(header.e_shoff, std::uint64_t{header.e_shnum} * sizeof(Elf64_Shdr), bytes.size()))
        return broken("truncated: the section headers lie outside the file");
    if (header.e_shstrndx >= header.e_shnum) return broken("no section names");
    return std::nullopt;
}

std::optional<Error> check_segments(std::string_view bytes, const Elf64_Ehdr& header) {
    bool loads = false, dynamic = false;
    for (std::uint64_t i = 0; i < header.e_phnum; ++i) {
        const auto segment = read_at<Elf64_Phdr>(bytes, header.e_phoff + i * sizeof(Elf64_Phdr));
        if (segment.p_type != PT_LOAD && segment.p_type != PT_DYNAMIC) continue;
        if (!fits(segment.p_offset, segment.p_filesz, bytes.size()))
            return broken("truncated: a segment lies outside the file");
        if (segment.p_filesz > segment.p_memsz) return broken("a segment is larger in the file than in memory");
        if (segment.p_vaddr > UINT64_MAX - segment.p_memsz) return broken("a segment wraps around the address space");
        loads |= segment.p_type == PT_LOAD;
        dynamic |= segment.p_type == PT_DYNAMIC;
    }
    if (!loads || !dynamic) return broken("nothing to load in it");
    return std::nullopt;
}

std::optional<Error> check_sections(std::string_view bytes, const Elf64_Ehdr& header) {
    for (std::uint64_t i = 0; i < header.e_shnum; ++i) {
        const auto section = read_at<Elf64_Shdr>(bytes, header.e_shoff + i * sizeof(Elf64_Shdr));
        if (section.sh_type == SHT_NOBITS || section.sh_type == SHT_NULL) continue;
        if (!fits(section.sh_offset, section.sh_size, bytes.size()))
            return broken("truncated: a section lies outside the file");
    }
    return std::nullopt;
}

}  // namespace

Result<ElfImage> ElfImage::check(std::string_view bytes) {
    if (bytes.empty()) return broken("the file is empty");
    if (bytes.size() < sizeof(Elf64_Ehdr)) return broken("shorter than an ELF header");
    const auto header = read_at<Elf64_Ehdr>(bytes, 0);
    if (auto problem = check_header(bytes, header)) return *problem;
    if (auto problem = check_segments(bytes, header)) return *problem;
    if (auto problem = check_sections(bytes, header)) return *problem;
    return ElfImage(bytes);
}

Result<std::string_view> ElfImage::section(std::string_view name) const {
    const auto header = read_at<Elf64_Ehdr>(bytes_, 0);
    const auto section_at = [&](std::uint64_t i) {
        return read_at<Elf64_Shdr>(bytes_, header.e_shoff + i * sizeof(Elf64_Shdr));
    };
    const auto names_header = section_at(header.e_shstrndx);
    if (names_header.sh_type != SHT_STRTAB) return broken("its section names are no string table");
    const auto names = bytes_.substr(names_header.sh_offset, names_header.sh_size);
    for (std::uint64_t i = 0; i < header.e_shnum; ++i) {
        const auto section = section_at(i);
        if (section.sh_type == SHT_NULL || section.sh_type == SHT_NOBITS || section.sh_name >= names.size()) continue;
        auto found = names.substr(section.sh_name);
        found = found.substr(0, found.find('\0'));
        if (found != name) continue;
        auto content = bytes_.substr(section.sh_offset, section.sh_size);
        while (!content.empty() && content.back() == '\0') content.remove_suffix(1);
        return content;
    }
    return fail(Errc::kNotFound, "no section " + std::string(name));
}

std::vector<std::size_t> ElfImage::boundaries() const {
    const auto header = read_at<Elf64_Ehdr>(bytes_, 0);
    std::vector<std::size_t> found{sizeof(Elf64_Ehdr), header.e_phoff, header.e_shoff,
                                   header.e_phoff + header.e_phnum * sizeof(Elf64_Phdr)};
    for (std::uint64_t i = 0; i < header.e_phnum; ++i) {
        const auto segment = read_at<Elf64_Phdr>(bytes_, header.e_phoff + i * sizeof(Elf64_Phdr));
        found.push_back(segment.p_offset);
        found.push_back(segment.p_offset + segment.p_filesz);
    }
    for (std::uint64_t i = 0; i < header.e_shnum; ++i) {
        const auto section = read_at<Elf64_Shdr>(bytes_, header.e_shoff + i * sizeof(Elf64_Shdr));
        found.push_back(section.sh_offset);
        if (section.sh_type != SHT_NOBITS) found.push_back(section.sh_offset + section.sh_size);
    }
    return found;
}

}  // namespace tidegate::plugin
