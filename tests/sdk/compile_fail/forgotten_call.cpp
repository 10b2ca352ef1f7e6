// expect: a host call does nothing until it is awaited
#include "prelude.hpp"
class P final : public tg::Plugin { public: tg::Task<> f() { tg::Exec::sleep(1); co_await tg::Exec::sleep(1); } };
