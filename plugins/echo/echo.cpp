// Echo: `echo:say` comes back as `echo:said`, `echo:shout` reaches everybody in a room as `echo:shouted`.

#include <tidegate/plugin.hpp>

namespace {

// The message under another type, in one pass. `id`, `ref` and, for a room, `channel` are words between client and
// host.
std::string retyped(const tg::Message& m, std::string_view type, bool for_room) {
    std::string out;
    out.reserve(m.payload().size() + 32);
    out.append(R"({"type":)");
    tg::json::append_string(out, type);
    tg::json::Reader in(m.payload());
    std::string_view key, value;
    in.enter_object();
    while (in.next_member(key)) {
        if (key == "type" || key == "id" || key == "ref" || (for_room && key == "channel") || !in.raw(value)) continue;
        out.append(",").append(in.key_token()).append(":").append(value);
    }
    return out.append("}");
}

class Echo final : public tg::Plugin {
public:
    tg::Status on_message(const tg::Message& m) {
        if (m.type() == "echo:say") return m.reply(retyped(m, "echo:said", false));
        if (m.type() == "echo_inline:say") return m.reply(retyped(m, "echo_inline:said", false));
        if (m.type() == "echo:shout") return shout(m);
        return m.fail("unknown_type", "echo knows say and shout");
    }

    tg::Status on_subscribe(const tg::Subscribe&) { return tg::Status(); }

private:
    static tg::Status shout(const tg::Message& m) {
        if (!m.channel().starts_with("room:")) return m.fail("invalid", "shout needs a channel room:…");
        const std::string event = retyped(m, "echo:shouted", true);
        if (m.id().empty()) return tg::Channel::publish_live(m.channel(), event);
        std::string answer = event;
        answer.insert(answer.size() - 1, m.ref());
        return tg::Channel::publish_live(m.channel(), event, m.session(), answer);
    }
};

}  // namespace

TG_PLUGIN(Echo)
