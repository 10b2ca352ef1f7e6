// expect: co_await takes a temporary
#include "prelude.hpp"
class P final : public tg::Plugin { public: tg::Task<> f() { auto op = tg::Exec::sleep(1); co_await op; } };
