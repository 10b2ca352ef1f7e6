#pragma once

// Generation: one loaded version of a plugin: its image, its table, the host table it was given, what it has begun and
// not ended. Made, started and ended on the control thread; its hooks run wherever their strands run.

#include "plugin/library.hpp"
#include "plugin/manifest.hpp"
#include "plugin/participants.hpp"
#include "plugin/slot.hpp"

#include <tidegate/abi/all.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace tidegate::plugin {

class Generation {
public:
    // Loads the image and calls create. [control]
    static Result<std::unique_ptr<Generation>> load(Slot& slot, std::uint64_t number, Manifest manifest,
                                                    std::filesystem::path image, std::string hash);
    Generation(const Generation&) = delete;
    Generation& operator=(const Generation&) = delete;
    ~Generation();

    // Each once, in this order; the error is the plugin's own reason. [control]
    Result<void> configure(std::string_view config_json);
    Result<void> self_check();
    Result<void> start();
    // Nothing of it runs: stops it if it was started, destroys it, unmaps its image. False: the image is still mapped.
    // [control]
    bool unload();
    // Keeps the image mapped for ever: something of it may still run. [control]
    void abandon();

    // Its hooks should end: what they wait for completes with TG_E_CANCELLED. [control]
    void cancel();
    bool cancelled() const { return cancelled_.load(std::memory_order_seq_cst); }

    std::uint64_t number() const { return number_; }
    const Manifest& manifest() const { return manifest_; }
    const std::filesystem::path& image() const { return image_; }
    const std::string& hash() const { return hash_; }
    Slot& slot() const { return slot_; }
    const tg_plugin& table() const { return *table_; }
    const tg_host& host() const { return host_; }
    GenerationCounters& counters() { return *counters_; }
    std::shared_ptr<const GenerationCounters> shared_counters() const { return counters_; }

    // Does the manifest ask for the extension?
    bool grants(std::string_view extension) const { return granted_.contains(extension); }
    // A breach of the ABI's rules: counted, logged the first few times. [any-thread]
    void note_misuse(std::string_view what);
    void note_refused_send(std::string_view what);

private:
    Generation(Slot& slot, std::uint64_t number, Manifest manifest, std::filesystem::path image, std::string hash);
    Result<void> create();
    template <class Hook>
    Result<void> call_with_reason(const char* name, Hook&& hook);

    Slot& slot_;
    const std::uint64_t number_;
    const Manifest manifest_;
    const std::filesystem::path image_;
    const std::string hash_;
    const std::set<std::string, std::less<>> granted_;
    const std::shared_ptr<GenerationCounters> counters_;
    tg_host host_{};
    std::unique_ptr<Library> library_;
    tg_plugin* table_ = nullptr;
    bool started_ = false;
    std::atomic<bool> cancelled_{false};
    std::atomic<std::uint32_t> complaints_{0};
};

}  // namespace tidegate::plugin
