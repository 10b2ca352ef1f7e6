#include "notification_plugin.hpp"

#include <algorithm>
#include <utility>

namespace tidegate::notification {
namespace {

constexpr std::string_view kUserChannel = "user:";
constexpr std::string_view kRoleChannel = "role:";
constexpr std::uint64_t kFirstTickMs = 200;

// What a session is to this plugin survives a reload with the host.
constexpr std::string_view kHome = "home";  // its own endpoint: role and system are joined for it

}  // namespace

tg::Status refusal_of(std::string_view act, const tg::Status& why) {
    tg::log::warn(std::string(act) + ": " + std::string(tg::code_name(why.rc())) + ": " + why.text());
    const bool told = why.rc() == TG_E_BUSY || why.rc() == TG_E_TOO_LARGE;
    return tg::Status(told ? why.rc() : TG_E_UNAVAILABLE, "the notifications cannot be reached");
}

Reader::Reader(const tg::Message& message)
    : owner(message.scope(), std::string(message.principal().sub())),
      role(message.principal().role()),
      session(message.session()),
      ref(message.ref()) {}

tg::Status NotificationPlugin::configure(std::string_view json) {
    auto read = read_settings(json);
    if (const auto* why = std::get_if<std::string>(&read)) return tg::invalid(*why);
    auto held = std::make_shared<const Settings>(std::move(std::get<Settings>(read)));
    const std::lock_guard<std::mutex> locked(lock_);
    settings_ = std::move(held);
    return tg::Status();
}

std::shared_ptr<const Settings> NotificationPlugin::settings() const {
    const std::lock_guard<std::mutex> locked(lock_);
    return settings_;
}

tg::Status NotificationPlugin::start() {
    sent_total_ = tg::Counter("sent_total", "Notifications to one user that were accepted");
    broadcasts_total_ = tg::Counter("broadcasts_total", "Broadcasts that were accepted");
    duplicates_total_ = tg::Counter("duplicates_total", "Notifications refused as a repetition of an earlier one");
    delivered_total_ = tg::Counter("delivered_total", "Notifications told to a connected user as they came");
    flushed_total_ = tg::Counter("flushed_total", "Notifications given to a connection from its queue");
    held_total_ = tg::Counter("held_total", "Notifications that preferences kept from being told as they came");
    evicted_total_ = tg::Counter("evicted_total", "Notifications that left a full inbox");
    receipts_total_ = tg::Counter("receipts_total", "Receipts that went back to senders");
    compactions_total_ = tg::Counter("compactions_total", "Streams of inboxes that were written anew");
    escalated_total_ = tg::Counter("escalated_total", "Escalations that the webhook took");
    webhook_failures_total_ = tg::Counter("webhook_failures_total", "Calls of the webhook that failed");
    dead_letters_total_ = tg::Counter("dead_letters_total", "Escalations that were given up");
    // What was due while the host was away. Other tenants' come with their first message.
    const auto timer = tg::Exec::post_after(kFirstTickMs, kEscalations, kTickTask, "");
    if (!timer) tg::log::warn("escalations wait for the first message: " + timer.text());
    return tg::Status();
}

tg::Status NotificationPlugin::on_open(const tg::Open& open) {
    const std::string device(open.query("device"));
    if (!device.empty() && !is_device(device)) return tg::forbidden("device is of 1 to 64 letters, digits, - _ .");
    const std::string role(open.principal().role());
    open.session().set_attribute(kHome, "1");
    open.session().join("system");
    if (!role.empty()) open.session().join(std::string(kRoleChannel) + role);
    tick_once(open.scope());
    FlushTicket ticket;
    ticket.session = open.session();
    ticket.device = device;
    ticket.role = role;
    begin_flush(open.channel(), std::move(ticket));
    return tg::Status();
}

void NotificationPlugin::on_close(const tg::Close& close) {
    const Owner owner(close.scope(), std::string(close.principal().sub()));
    if (const MailboxPtr box = mailboxes_.find(owner)) box->done_waiting(close.session());
    if (tg::Channel::subscribers(owner.channel()) == 0) mailboxes_.forget(owner);
}

tg::Status NotificationPlugin::on_subscribe(const tg::Subscribe& subscribe) {
    const std::string_view channel = subscribe.channel();
    const tg::Principal who = subscribe.principal();
    if (channel == "system") return tg::Status();
    if (channel.starts_with(kRoleChannel)) {
        const bool has = !who.role().empty() && channel.substr(kRoleChannel.size()) == who.role();
        return has ? tg::Status() : tg::forbidden("this is not your role");
    }
    if (!channel.starts_with(kUserChannel) || channel.substr(kUserChannel.size()) != who.sub())
        return tg::forbidden("this is somebody else's inbox");
    if (subscribe.recheck()) {
        // The role may be another one now; the old one's channel is checked by itself.
        const bool at_home = subscribe.session().attribute(kHome).ok();
        if (at_home && !who.role().empty()) subscribe.session().join(std::string(kRoleChannel).append(who.role()));
        return tg::Status();
    }
    tick_once(subscribe.scope());
    FlushTicket ticket;
    ticket.session = subscribe.session();
    ticket.role = who.role();
    begin_flush(channel, std::move(ticket));
    return tg::Status();
}

tg::Task<tg::Status> NotificationPlugin::on_http(tg::HttpRequest request) {
    const bool post = request.method() == "POST";
    const std::string_view route = request.route();
    if (route == "/api/notifications" && post) co_return co_await send(std::move(request));
    if (route == "/api/notifications/broadcast" && post) co_return co_await broadcast(std::move(request));
    if (route == "/api/notifications") co_return co_await list_inbox(std::move(request));
    if (route == "/api/notifications/dead_letters") co_return co_await list_dead_letters(std::move(request));
    if (route == "/api/notifications/{notification_id}") co_return co_await statistics(std::move(request));
    co_return tg::not_found("no such route");
}

tg::Task<tg::Status> NotificationPlugin::on_event(tg::Event event) {
    if (event.name() == "alert.raised") co_return co_await on_alert(std::move(event));
    if (event.name() == "comment.added") co_return co_await on_comment(std::move(event));
    co_return tg::Status();
}

}  // namespace tidegate::notification

TG_PLUGIN(tidegate::notification::NotificationPlugin)
