// expect: a coroutine hook takes its argument by value
#include "prelude.hpp"
class P final : public tg::Plugin { public: tg::Task<> on_message(const tg::Message& m); }; TG_PLUGIN(P)
