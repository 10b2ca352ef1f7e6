// expect: takes its parameters by value
#include "prelude.hpp"
class P final : public tg::Plugin { public: tg::Task<> f(tg_message m) { co_await tg::Exec::sleep(m.session); } };
