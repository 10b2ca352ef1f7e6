// expect: a plain hook takes its argument by const
#include "prelude.hpp"
class P final : public tg::Plugin { public: void on_message(tg::Message m) { m.reply("{}"); } }; TG_PLUGIN(P)
