// expect: deleted
#include "prelude.hpp"
class P final : public tg::Plugin { public: tg::Task<> f() { std::string s("x"); co_await tg::Exec::blocking([s] { return s.size(); }); } };
