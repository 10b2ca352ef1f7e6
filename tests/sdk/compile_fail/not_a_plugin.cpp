// expect: derives publicly from tg::Plugin
#include "prelude.hpp"
class P { public: void on_message(const tg::Message&) {} }; TG_PLUGIN(P)
