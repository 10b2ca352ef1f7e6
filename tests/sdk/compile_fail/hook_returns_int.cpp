// expect: a plain hook returns void or tg::Status
#include "prelude.hpp"
class P final : public tg::Plugin { public: int on_message(const tg::Message&) { return 0; } }; TG_PLUGIN(P)
