#pragma once

// TG_PLUGIN(Class): the one exported symbol, and the table that create() gives the host. Once per shared object. Hooks
// that Class lacks are null in the table; messages and bodies with a schema are checked before their hook. [control]

#include <tidegate/detail/hook_call.hpp>
#include <tidegate/detail/schema_gate.hpp>
#include <tidegate/lease.hpp>
#include <tidegate/log.hpp>
#include <tidegate/presence.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tg::detail {

template <class D>
class Adapter {
    static_assert(std::is_base_of_v<Plugin, D>, "TG_PLUGIN(Class): Class derives publicly from tg::Plugin");
    static_assert(std::is_default_constructible_v<D>, "TG_PLUGIN(Class): Class has a default constructor");

public:
    static tg_plugin* create(const tg_host* host) noexcept {
        if (host->size < sizeof(tg_host) || host->abi_major != TG_ABI_MAJOR) return nullptr;
        attach(host);
        try {
            return &(new Adapter)->table_;
        } catch (...) {
            log::error(caught().text());
            return nullptr;
        }
    }

private:
    Adapter() : gate_(make_schema_gate({tidegate_plugin_manifest, tidegate_plugin_manifest_size})) {
        table_.size = sizeof(table_);
        table_.self = this;
        if constexpr (requires { &D::configure; }) table_.configure = &configure;
        if constexpr (requires { &D::self_check; }) table_.self_check = &self_check;
        if constexpr (requires { &D::start; }) table_.start = &start;
        if constexpr (requires { &D::on_open; }) table_.on_open = &on_open;
        if constexpr (requires { &D::on_message; }) table_.on_message = &on_message;
        if constexpr (requires { &D::on_close; }) table_.on_close = &on_close;
        if constexpr (requires { &D::on_subscribe; }) table_.on_subscribe = &on_subscribe;
        if constexpr (requires { &D::on_http; }) table_.on_http = &on_http;
        if constexpr (requires { &D::on_task; }) table_.on_task = &on_task;
        if constexpr (requires { &D::on_event; }) table_.on_event = &on_event;
        if constexpr (requires { &D::on_events; }) table_.on_events = &on_events;
        if constexpr (requires { &D::on_lease; }) table_.on_lease = &on_lease;
        if constexpr (requires { &D::on_presence; }) table_.on_presence = &on_presence;
        if constexpr (requires { &D::stop; }) table_.stop = &stop;
        table_.destroy = &destroy;
        table_.get_extension = [](const tg_plugin*, const char*) noexcept -> const void* { return nullptr; };
    }

    static Adapter& of(const tg_plugin* table) noexcept { return *static_cast<Adapter*>(table->self); }

    static tg_rc configure(const tg_plugin* table, tg_str json, const tg_writer* why) noexcept {
        static_assert(
            !requires { &D::configure; } ||
                std::is_invocable_r_v<Status, decltype(&D::configure), D&, std::string_view>,
            "declare: tg::Status configure(std::string_view json)");
        return call_control(why, [&] { return of(table).plugin_.configure(view(json)); });
    }
    static tg_rc self_check(const tg_plugin* table, const tg_writer* why) noexcept {
        return call_control(why, [&]() -> Status { return of(table).plugin_.self_check(); });
    }
    static tg_rc start(const tg_plugin* table, const tg_writer* why) noexcept {
        return call_control(why, [&]() -> Status { return of(table).plugin_.start(); });
    }
    static void stop(const tg_plugin* table) noexcept {
        try {
            of(table).plugin_.stop();
        } catch (...) {
            log::error("stop: " + caught().text());
        }
    }
    static void destroy(const tg_plugin* table) noexcept { delete &of(table); }

    static tg_rc on_open(const tg_plugin* table, const tg_open* raw, tg_hook* hook) noexcept {
        return call_hook<Open>(of(table).plugin_, &D::on_open, raw, hook);
    }
    static tg_rc on_message(const tg_plugin* table, const tg_message* raw, tg_hook* hook) noexcept {
        Adapter& self = of(table);
        if (self.gate_ && !self.admits(*raw, hook)) return TG_OK;
        return call_hook<Message>(self.plugin_, &D::on_message, raw, hook);
    }
    static tg_rc on_close(const tg_plugin* table, const tg_close* raw, tg_hook* hook) noexcept {
        return call_hook<Close>(of(table).plugin_, &D::on_close, raw, hook);
    }
    static tg_rc on_subscribe(const tg_plugin* table, const tg_subscribe* raw, tg_hook* hook) noexcept {
        return call_hook<Subscribe>(of(table).plugin_, &D::on_subscribe, raw, hook);
    }
    static tg_rc on_http(const tg_plugin* table, const tg_http_request* raw, tg_hook* hook) noexcept {
        Adapter& self = of(table);
        if (self.gate_ && !self.admits(*raw, hook)) return TG_OK;
        return call_hook<HttpRequest>(self.plugin_, &D::on_http, raw, hook);
    }
    static tg_rc on_task(const tg_plugin* table, const tg_task* raw, tg_hook* hook) noexcept {
        return call_hook<TaskMessage>(of(table).plugin_, &D::on_task, raw, hook);
    }
    static tg_rc on_event(const tg_plugin* table, const tg_event* raw, tg_hook* hook) noexcept {
        return call_hook<Event>(of(table).plugin_, &D::on_event, raw, hook);
    }
    static tg_rc on_events(const tg_plugin* table, const tg_events* raw, tg_hook* hook) noexcept {
        static_assert(!requires { &D::on_event; }, "a plugin has on_event or on_events");
        return call_hook<Events>(of(table).plugin_, &D::on_events, raw, hook);
    }
    static tg_rc on_lease(const tg_plugin* table, const tg_notice* raw, tg_hook* hook) noexcept {
        return call_hook<LeaseNotice>(of(table).plugin_, &D::on_lease, raw, hook);
    }
    static tg_rc on_presence(const tg_plugin* table, const tg_notice* raw, tg_hook* hook) noexcept {
        return call_hook<PresenceNotice>(of(table).plugin_, &D::on_presence, raw, hook);
    }

    // False: refused, and the refusal was sent.
    bool admits(const tg_message& raw, tg_hook* hook) const noexcept {
        const Message message(raw, hook, Keep::kBorrow);
        return admits(message, message.type(), message.payload(), "the message does not satisfy its schema");
    }
    bool admits(const tg_http_request& raw, tg_hook* hook) const noexcept {
        const HttpRequest request(raw, hook, Keep::kBorrow);
        try {
            std::string name(request.method());
            name.append(" ").append(request.route());
            return admits(request, name, request.body(), "the body does not satisfy its schema");
        } catch (...) {
            request.fail("internal", "");
            return false;
        }
    }
    template <class Request>
    bool admits(const Request& request, std::string_view name, std::string_view json,
                std::string_view text) const noexcept {
        try {
            std::string fields;
            if (gate_->check(name, json, fields)) return true;
            request.fail("invalid", text, fields);
        } catch (...) {  // closed: what cannot be checked does not pass
            log::error(caught().text());
            request.fail("internal", "");
        }
        return false;
    }

    tg_plugin table_{};
    std::unique_ptr<SchemaGate> gate_;
    D plugin_;
};

}  // namespace tg::detail

#define TG_PLUGIN(Class)                                             \
    extern "C" __attribute__((visibility("default"), used))          \
    const tg_entry tidegate_plugin_entry = {TG_ABI_MAGIC,            \
                                            TG_ABI_MAJOR,            \
                                            TG_ABI_MINOR,            \
                                            sizeof(tg_entry),        \
                                            TIDEGATE_PLUGIN_ID,      \
                                            TIDEGATE_PLUGIN_VERSION, \
                                            &::tg::detail::Adapter<Class>::create};
