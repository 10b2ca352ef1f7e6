// control: this one compiles
#include "prelude.hpp"
class P final : public tg::Plugin {
public:
    tg::Task<int> child(std::string a, std::unique_ptr<int> b, std::optional<int> c, int d) { co_return *b + d + c.value_or(0) + static_cast<int>(a.size()); }
    tg::Task<> on_message(tg::Message m) {
        std::string text(m.payload());
        auto r = co_await child(text, std::make_unique<int>(1), 3, 4);
        if (r) m.reply(text);
    }
};
TG_PLUGIN(P)
