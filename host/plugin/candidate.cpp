#include "plugin/candidate.hpp"

#include "plugin/config_schema.hpp"
#include "plugin/elf_image.hpp"
#include "plugin/host_api.hpp"

#include <utility>

namespace tidegate::plugin {

Result<Candidate> verify(FileImage image) {
    const auto elf = ElfImage::check(image.bytes);
    if (!elf) return elf.error();
    const auto section = elf->section(kManifestSection);
    if (!section) return fail(Errc::kInvalid, "it carries no manifest (" + section.error().text + ")");
    auto manifest = parse_manifest(*section);
    if (!manifest) return manifest.error();
    for (const auto& extension : manifest->required)
        if (!find_extension(extension))
            return fail(Errc::kUnsupported, "it requires '" + extension + "', which this host does not have");
    return Candidate{std::move(image), std::move(*manifest)};
}

Result<void> Preparation::bring_up(Generation& generation, const std::string& config_json) {
    const std::string id(generation.slot().id());
    if (auto configured = generation.configure(config_json); !configured) return configured.error();
    book_.set_generation(id, generation.number(), "configured");
    if (auto checked = generation.self_check(); !checked) return checked.error();
    return generation.start();
}

Result<std::unique_ptr<Generation>> Preparation::make(Slot& slot, std::uint64_t number, const Candidate& candidate,
                                                      const std::string& config_json) {
    if (auto fits = check_config(candidate.manifest.config_schema, config_json); !fits) return fits.error();
    const std::string id(slot.id());
    auto copy = copies_.write(id, candidate.image, number);
    if (!copy) return copy.error();
    auto loaded = Generation::load(slot, number, candidate.manifest, *copy, candidate.image.hash);
    if (!loaded) {
        copies_.remove(*copy);
        return loaded.error();
    }
    auto& generation = **loaded;
    book_.add_generation(id, number, generation.manifest().version, generation.hash(), generation.shared_counters());
    if (auto up = bring_up(generation, config_json); !up) {
        auto reason = up.error();
        const bool unmapped = discard(std::move(*loaded), false);
        book_.set_generation(id, number, unmapped ? "rejected" : "zombie", reason.text);
        return reason;
    }
    return loaded;
}

bool Preparation::discard(std::unique_ptr<Generation> generation, bool keep_image) {
    const auto image = generation->image();
    const bool unmapped = generation->unload();
    if (!keep_image) copies_.remove(image);
    return unmapped;
}

}  // namespace tidegate::plugin
