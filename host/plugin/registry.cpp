#include "plugin/registry.hpp"

#include "base/log.hpp"
#include "base/thread_name.hpp"
#include "plugin/folder_watch.hpp"
#include "plugin/plugin_set.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>
#include <utility>

namespace tidegate::plugin {

namespace {
constexpr unsigned kBlockingThreads = 4;
constexpr auto kStepEvery = std::chrono::microseconds(250);
}  // namespace

// The control thread, its queue, and what it controls.
class Registry::Control {
public:
    Control(RegistrySettings settings, Services services, PublishRoutes publish_routes)
        : settings_(std::move(settings)),
          publish_routes_(std::move(publish_routes)),
          engine_(std::make_shared<Engine>(services, settings_.events_gather_ms)),
          book_(services.clock),
          set_(settings_, *engine_, book_, publish_routes_),
          watch_(settings_.dir, settings_.debounce_ms, [this] { hint(); }) {}

    Result<void> start() {
        engine_->start(std::max(1u, settings_.workers), kBlockingThreads);
        thread_ = std::thread([this] {
            name_thread("plugins");
            work();
        });
        auto opened = ask<Result<void>>([this] { return set_.open(); }, fail(Errc::kUnavailable, "stopping"));
        if (!opened) return opened.error();
        if (settings_.watch) return watch_.start();
        return {};
    }

    Result<std::string> ask_set(Result<std::string> (PluginSet::*act)(const std::string&), std::string_view id) {
        return ask<Result<std::string>>([this, act, name = std::string(id)] { return (set_.*act)(name); },
                                        fail(Errc::kUnavailable, "the host is stopping"));
    }

    std::string status_json() const { return book_.to_json(); }

    void stop(std::int64_t deadline_ms) {
        if (std::exchange(stopped_, true)) return;
        watch_.stop();
        if (thread_.joinable()) {
            ask<bool>(
                [this, deadline_ms] {
                    set_.stop(deadline_ms);
                    return true;
                },
                false);
            {
                const std::lock_guard lock(mutex_);
                stopping_ = true;
            }
            woken_.notify_all();
            thread_.join();
        }
        engine_->stop();
    }

private:
    // Runs on the control thread; `refusal` when that has ended.
    template <class T, class Body>
    T ask(Body body, T refusal) {
        auto promise = std::make_shared<std::promise<T>>();
        auto outcome = promise->get_future();
        {
            const std::lock_guard lock(mutex_);
            if (stopping_ || !thread_.joinable()) return refusal;
            operations_.push_back([promise, body = std::move(body)] { promise->set_value(body()); });
        }
        woken_.notify_all();
        return outcome.get();
    }

    void hint() {
        {
            const std::lock_guard lock(mutex_);
            if (std::exchange(scan_queued_, true)) return;
            operations_.push_back([this] {
                {
                    const std::lock_guard inner(mutex_);
                    scan_queued_ = false;
                }
                set_.scan();
            });
        }
        woken_.notify_all();
    }

    void work() {
        bool retiring = false;
        std::unique_lock lock(mutex_);
        for (;;) {
            const auto something = [this] { return stopping_ || !operations_.empty(); };
            if (retiring)
                woken_.wait_for(lock, kStepEvery, something);
            else
                woken_.wait(lock, something);
            if (operations_.empty() && stopping_) return;
            std::function<void()> operation;
            if (!operations_.empty()) {
                operation = std::move(operations_.front());
                operations_.pop_front();
            }
            lock.unlock();
            if (operation) operation();
            operation = nullptr;
            retiring = set_.step();
            lock.lock();
        }
    }

    const RegistrySettings settings_;
    const PublishRoutes publish_routes_;
    const std::shared_ptr<Engine> engine_;
    StatusBook book_;
    PluginSet set_;
    FolderWatch watch_;

    std::mutex mutex_;
    std::condition_variable woken_;
    std::deque<std::function<void()>> operations_;
    bool scan_queued_ = false;
    bool stopping_ = false;
    bool stopped_ = false;
    std::thread thread_;
};

Registry::Registry(RegistrySettings settings, Services services, PublishRoutes publish_routes)
    : control_(std::make_unique<Control>(std::move(settings), services, std::move(publish_routes))) {}

Registry::~Registry() { stop(0); }

Result<void> Registry::start() { return control_->start(); }
Result<std::string> Registry::reload(std::string_view id) { return control_->ask_set(&PluginSet::reload, id); }
Result<std::string> Registry::rollback(std::string_view id) { return control_->ask_set(&PluginSet::rollback, id); }
Result<std::string> Registry::enable(std::string_view id) { return control_->ask_set(&PluginSet::enable, id); }
Result<std::string> Registry::disable(std::string_view id) { return control_->ask_set(&PluginSet::disable, id); }
std::string Registry::status_json() const { return control_->status_json(); }
void Registry::stop(std::int64_t deadline_ms) { control_->stop(deadline_ms); }

}  // namespace tidegate::plugin
