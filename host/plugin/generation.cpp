#include "plugin/generation.hpp"

#include "base/log.hpp"
#include "plugin/abi_text.hpp"
#include "plugin/hook_call.hpp"
#include "plugin/host_api.hpp"
#include "plugin/wall.hpp"

#include <utility>

namespace tidegate::plugin {

namespace {

constexpr std::uint32_t kComplaintsLogged = 5;
constexpr std::size_t kReasonBytes = 4096;

std::set<std::string, std::less<>> granted_by(const Manifest& manifest) {
    std::set<std::string, std::less<>> granted(manifest.required.begin(), manifest.required.end());
    granted.insert(manifest.optional.begin(), manifest.optional.end());
    return granted;
}

void collect(void* context, tg_str text) {
    auto& reason = *static_cast<std::string*>(context);
    const auto part = from_c(text);
    reason.append(part.substr(0, kReasonBytes - std::min(kReasonBytes, reason.size())));
}

}  // namespace

Generation::Generation(Slot& slot, std::uint64_t number, Manifest manifest, std::filesystem::path image,
                       std::string hash)
    : slot_(slot),
      number_(number),
      manifest_(std::move(manifest)),
      image_(std::move(image)),
      hash_(std::move(hash)),
      granted_(granted_by(manifest_)),
      counters_(std::make_shared<GenerationCounters>()) {
    fill_host_table(*this, host_);
}

Generation::~Generation() = default;

Result<std::unique_ptr<Generation>> Generation::load(Slot& slot, std::uint64_t number, Manifest manifest,
                                                     std::filesystem::path image, std::string hash) {
    std::unique_ptr<Generation> made(
        new Generation(slot, number, std::move(manifest), std::move(image), std::move(hash)));
    auto library = Library::open(made->image_, made->manifest_);
    if (!library) return library.error();
    made->library_ = std::make_unique<Library>(std::move(*library));
    if (auto created = made->create(); !created) return created.error();
    return made;
}

Result<void> Generation::create() {
    const auto outcome = behind_wall([&] {
        table_ = library_->entry().create(&host_);
        return tg_rc{TG_OK};
    });
    if (outcome.threw) return fail(Errc::kInternal, "create threw: " + outcome.what);
    if (!table_) return fail(Errc::kInvalid, "create returned no plugin");
    if (!TG_HAS(table_, tg_plugin, get_extension)) {
        table_ = nullptr;
        return fail(Errc::kInvalid, "create returned a plugin table that is too short");
    }
    return {};
}

template <class Hook>
Result<void> Generation::call_with_reason(const char* name, Hook&& hook) {
    std::string reason;
    const tg_writer writer{sizeof(tg_writer), &reason, &collect};
    const auto outcome = behind_wall([&] { return hook(&writer); });
    if (outcome.threw) return fail(Errc::kInternal, std::string(name) + " threw: " + outcome.what);
    if (outcome.rc < 0)
        return fail(Errc::kInvalid, std::string(name) + " refused: " +
                                        (reason.empty() ? "code " + std::to_string(outcome.rc) : reason));
    return {};
}

Result<void> Generation::configure(std::string_view config_json) {
    if (!table_->configure) return {};
    return call_with_reason("configure",
                            [&](const tg_writer* why) { return table_->configure(table_, to_c(config_json), why); });
}

Result<void> Generation::self_check() {
    const bool hears = (TG_HAS(table_, tg_plugin, on_event) && table_->on_event) || takes_events_together(*table_);
    if (!manifest_.events.empty() && !hears)
        return fail(Errc::kInvalid, "its manifest asks for events, and it has neither on_event nor on_events");
    if (!table_->self_check) return {};
    return call_with_reason("self_check", [&](const tg_writer* why) { return table_->self_check(table_, why); });
}

Result<void> Generation::start() {
    if (table_->start) {
        auto started = call_with_reason("start", [&](const tg_writer* why) { return table_->start(table_, why); });
        if (!started) return started.error();
    }
    started_ = true;
    return {};
}

bool Generation::unload() {
    const auto quietly = [&](const char* name, void (*hook)(const tg_plugin*)) {
        if (!hook) return;
        const auto outcome = behind_wall([&] {
            hook(table_);
            return tg_rc{TG_OK};
        });
        if (outcome.threw) log_for_plugin(TG_LOG_ERROR, slot_.id(), std::string(name) + " threw: " + outcome.what);
    };
    if (table_) {
        if (std::exchange(started_, false)) quietly("stop", table_->stop);
        quietly("destroy", table_->destroy);
        table_ = nullptr;
    }
    return !library_ || library_->close();
}

void Generation::abandon() {
    if (library_) library_->abandon();
}

void Generation::cancel() {
    cancelled_.store(true, std::memory_order_seq_cst);
    slot_.engine().watch.check_generation(*this);
}

void Generation::note_misuse(std::string_view what) {
    slot_.metrics().faults.add();
    if (complaints_.fetch_add(1, std::memory_order_relaxed) < kComplaintsLogged)
        log_for_plugin(TG_LOG_ERROR, slot_.id(), "breaks the rules: " + std::string(what));
}

void Generation::note_refused_send(std::string_view what) {
    slot_.metrics().refused_sends.add();
    if (complaints_.fetch_add(1, std::memory_order_relaxed) < kComplaintsLogged)
        log_for_plugin(TG_LOG_ERROR, slot_.id(), "may not send " + std::string(what));
}

}  // namespace tidegate::plugin
