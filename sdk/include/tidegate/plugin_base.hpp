#pragma once

// Plugin: the base of an author's class. It declares nothing: what the class has is what the host calls. All optional,
// public, not overloaded:
//
//   control, plain only         tg::Status configure(std::string_view json)   again on every change, before start too
//                               tg::Status self_check()
//                               tg::Status start()
//                               void stop()                                   no hook is running and none will
//   hooks, plain or coroutine   on_open(tg::Open)              a refusal closes (owner) or hides this plugin's prefixes
//                               on_message(tg::Message)
//                               on_close(tg::Close)
//                               on_subscribe(tg::Subscribe)
//                               on_http(tg::HttpRequest)
//                               on_task(tg::TaskMessage)       what Exec::post sent
//                               on_event(tg::Event)            what the manifest's `events` asks for
//                               on_events(tg::Events)          or so: several in one hook, where each is little work
//                               on_lease(tg::LeaseNotice)      leases of this plugin expired
//                               on_presence(tg::PresenceNotice)  who came to or left where it keeps presence
//
// A coroutine hook takes its argument by value and returns tg::Task<> or tg::Task<tg::Status>; a plain one takes it by
// const& and returns void or tg::Status. Hooks of one key never overlap (mode strict), hooks of different keys run at
// the same time: members that both touch need a lock, which is never held over a co_await.

namespace tg {

class Plugin {
public:
    Plugin() = default;
    Plugin(const Plugin&) = delete;
    Plugin& operator=(const Plugin&) = delete;

protected:
    ~Plugin() = default;
};

}  // namespace tg
