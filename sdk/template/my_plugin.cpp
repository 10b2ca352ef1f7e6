// `my:greet {"name":"Ada"}` -> `my:greeting {"text":"Hello, Ada"}`, a moment later. schema/my.greet.json has been
// checked before.

#include <tidegate/plugin.hpp>

namespace {

class MyPlugin final : public tg::Plugin {
public:
    tg::Task<> on_message(tg::Message m) {
        std::string name;
        tg::json::Reader in(m.payload());
        std::string_view key;
        in.enter_object();
        while (in.next_member(key))
            if (key == "name") in.string(name);

        co_await tg::Exec::sleep(10);

        tg::json::Writer out;
        out.begin_object().member("type", "my:greeting").member("text", "Hello, " + name).end_object();
        m.reply(out.view());
    }
};

}  // namespace

TG_PLUGIN(MyPlugin)
